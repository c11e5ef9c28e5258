import { isInteger } from "../../src/schema/column-type.ts";
import { mentions } from "../../src/schema/sql-tokens.ts";
import { type Column, isGenerated, type Table } from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";

/**
 * What makes a column generated: type, NULL and an expression over plain columns of the table. The values of integers
 * pass what `randomCheck` makes, and differ where those of the sources do.
 */
export function randomGenerated(
  chooser: Chooser,
  columns: readonly Column[],
  virtual: boolean,
): Pick<Column, "type" | "nullable" | "generated"> | undefined {
  const plain = columns.filter((column) => !isGenerated(column));
  const quoted = (fits: (column: Column) => boolean) =>
    plain.filter(fits).map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  const integers = quoted(({ type }) => isInteger(type));
  const texts = quoted(({ type }) => type.kind === "text" || type.kind === "char");
  const stored = !virtual || !chooser.chance(40);
  const [a, b] = [chooser.pick(integers), chooser.pick(integers)];
  const text = chooser.pick(texts);
  if (text !== undefined && (a === undefined || chooser.chance(30))) {
    return {
      type: { kind: "text" },
      nullable: true,
      generated: { expression: `'it''s ' || ${text}`, stored },
    };
  }
  if (a === undefined || b === undefined) return undefined;
  const type = chooser.oneOf([{ kind: "int" }, { kind: "bigInt" }] as const);
  if (chooser.chance(30)) {
    return { type, nullable: chooser.chance(30), generated: { expression: `coalesce(${a}, 3)`, stored } };
  }
  return {
    type,
    nullable: true,
    generated: { expression: chooser.oneOf([`${a} + 1`, `${a} + ${b} - 1`]), stored },
  };
}

/** True if a generated column of the table is computed from this one. */
export function isSource(table: Table, column: string): boolean {
  return table.columns.some(
    ({ generated }) => generated !== undefined && mentions(generated.expression, column),
  );
}
