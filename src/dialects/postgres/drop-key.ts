import { tableOf } from "../../operations/handler.ts";
import { isReferredTo } from "../../operations/key-checks.ts";
import type { DropConstraint, DropIndex } from "../../operations/types.ts";
import { uniqueColumns } from "../../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../../schema/naming.ts";
import type { Change } from "../dialect.ts";
import type { Question } from "./counting.ts";
import { postgresRenderer as sql } from "./renderer.ts";

/*
 * A foreign key keeps to one key: the oldest that there was when it was made (tablecmds.c, transformFkeyCheckAttrs).
 * PostgreSQL does not let that one go although another over the same columns would do.
 */

/** The statement that drops a constraint; what keeps to it is made again where another key is left. */
export function dropConstraint({ table, name }: DropConstraint, change: Change): (string | Question)[] {
  const drops = sql.alterTable(table, [`DROP CONSTRAINT ${sql.quote(name)}`]);
  const gone = constraintsOf(tableOf(change.before, table)).find(
    (constraint) => constraintName(table, constraint) === name,
  );
  if (gone?.kind !== "primaryKey" && gone?.kind !== "unique") return drops;
  return drops.map((drop) => dropKey(drop, { table, name, columns: gone.columns }, change));
}

/** The statement that drops an index; what keeps to it is made again where another key is left. */
export function dropIndex({ table, name }: DropIndex, change: Change): (string | Question)[] {
  const drop = sql.dropIndex(table, name);
  const gone = tableOf(change.before, table).indexes.find((index) => indexName(table, index) === name);
  const columns = gone && uniqueColumns(gone);
  return columns === undefined ? [drop] : [dropKey(drop, { table, name, columns }, change)];
}

interface Key {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
}

function dropKey(drop: string, { table, name, columns }: Key, { after }: Change): string | Question {
  if (!isReferredTo(columns, tableOf(after, table), after)) return drop;
  return {
    sql: `SELECT conrelid::regclass::text AS "from", quote_ident(conname) AS "key", pg_get_constraintdef(oid) AS "definition"
  FROM pg_constraint
  WHERE contype = 'f' AND conparentid = 0 AND conindid = to_regclass(${sql.quoteText(sql.quoteBeside(table, name))})
  ORDER BY 1, 2`,
    describe: `makes the foreign keys again that keep to ${name}, where another key of ${table} does as well`,
    statements: (rows) => [
      ...rows.map(({ from, key }) => `ALTER TABLE ${from} DROP CONSTRAINT ${key}`),
      drop,
      ...rows.map(({ from, key, definition }) => `ALTER TABLE ${from} ADD CONSTRAINT ${key} ${definition}`),
    ],
  };
}
