import { primaryKeyOf, type Table, type Unique } from "../../schema/table.ts";

/**
 * The unique constraints that say what the key or an earlier one says already. Of those, one CREATE TABLE makes a single
 * constraint without a word, whatever their names are (parse_utilcmd.c, transformIndexConstraints); ALTER TABLE
 * makes each.
 */
export function repeatedUniques(table: Table): readonly Unique[] {
  const key = primaryKeyOf(table);
  const said = new Set(key === undefined ? [] : [meaning(key)]);
  return table.uniques.filter((unique) => {
    const isRepeated = said.has(meaning(unique));
    said.add(meaning(unique));
    return isRepeated;
  });
}

/** What PostgreSQL compares: the columns in their order, when they are checked, and whether NULLs are equal. */
function meaning({ columns, deferrable, nullsNotDistinct }: Omit<Unique, "kind">): string {
  return JSON.stringify([columns, deferrable, nullsNotDistinct]);
}
