import { SchemaError } from "../../errors.ts";
import { shorten } from "../../schema/identifier.ts";
import { findColumn, isGenerated } from "../../schema/table.ts";
import type { Step } from "../dialect.ts";
import { planCopy } from "./copy-rows.ts";
import { liveTableQuery, optionsOfLive } from "./live-table.ts";
import { sqlite } from "./renderer.ts";
import type { Alteration } from "./table-work.ts";

/**
 * The steps that put a new table in the place of the old one (https://www.sqlite.org/lang_altertable.html, 7): create it
 * under another name, copy the rows, drop the old one, rename. Foreign keys must be off, or DROP TABLE would
 * delete the rows of referring tables under ON DELETE CASCADE.
 */
export function rebuild(work: Alteration): Step[] {
  const { operations } = work;
  const temporary = shorten(`_yara_new_${work.target.name}`);
  const { checks, insert, parts } = planCopy(work, temporary);
  const sql = (text: string): Step => ({ kind: "sql", sql: text, operations });
  return [
    ...checks,
    create(work, temporary),
    { kind: "sql", sql: insert, operations, copy: parts },
    ...keepCounter(work, temporary).map(sql),
    swap(work, temporary),
    ...(losesColumns(work) ? [checkViews(work)] : []),
  ];
}

/** What the old table has beyond the schema is looked at when the new one is made, before rows are copied. */
function create(work: Alteration, temporary: string): Step {
  const { base, target, operations } = work;
  const statement = sqlite.create(target, temporary);
  return {
    kind: "query",
    sql: liveTableQuery(base.name),
    operations,
    statements: (rows) => [statement + optionsOfLive(work, rows)],
  };
}

/** Ids of deleted rows must not be given again: the counter is a row of its own, and DROP TABLE deletes it. */
function keepCounter({ base, target }: Alteration, temporary: string): string[] {
  const counts = (columns: Alteration["base"]["columns"]) =>
    columns.some(({ autoIncrement }) => autoIncrement);
  if (!counts(base.columns) || !counts(target.columns)) return [];
  const [from, to] = [sqlite.quoteText(base.name), sqlite.quoteText(temporary)];
  return [
    `DELETE FROM sqlite_sequence WHERE name = ${to}`,
    `INSERT INTO sqlite_sequence (name, seq) SELECT ${to}, seq FROM sqlite_sequence WHERE name = ${from}`,
  ];
}

/**
 * Drops the old table and renames the new one. Triggers and indexes that no schema knows go with the old table, so they
 * are read before and made again after; those of other tables, and views, stay as they are, because with
 * legacy_alter_table RENAME touches nothing but the table itself.
 */
function swap(work: Alteration, temporary: string): Step {
  const { base, target, operations } = work;
  const known = new Set(base.indexes.map(({ name }) => name));
  const name = sqlite.quoteText(base.name);
  return {
    kind: "query",
    sql: `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL AND tbl_name = ${name} COLLATE NOCASE ORDER BY rowid`,
    describe: `makes the triggers of table ${target.name} again, and what no migration knows: indexes, STRICT, WITHOUT ROWID`,
    operations,
    statements: (rows) => {
      const kept = rows.filter(({ type, name }) => type === "trigger" || !known.has(String(name)));
      const hasTriggers = kept.some(({ type }) => type === "trigger");
      return [
        sqlite.dropTable(base.name),
        "PRAGMA legacy_alter_table = ON",
        sqlite.renameTable(temporary, target.name),
        "PRAGMA legacy_alter_table = OFF",
        ...target.indexes.map((index) => sqlite.index(target, index)),
        ...kept.map((row) => String(row.sql)),
        ...(hasTriggers && losesColumns(work) ? compileTriggers(work) : []),
      ];
    },
  };
}

function losesColumns({ base, target }: Alteration): boolean {
  return base.columns.some(({ name }) => findColumn(target, name) === undefined);
}

/** A trigger that names a column which is gone is found when it is compiled, and EXPLAIN does no more than that. */
function compileTriggers({ target }: Alteration): string[] {
  const name = sqlite.quoteTable(target.name);
  const assignments = target.columns
    .filter((column) => !isGenerated(column))
    .map((column) => `${sqlite.quote(column.name)} = NULL`)
    .join(", ");
  return [
    `EXPLAIN INSERT INTO ${name} DEFAULT VALUES`,
    `EXPLAIN UPDATE ${name} SET ${assignments}`,
    `EXPLAIN DELETE FROM ${name}`,
  ];
}

/** A view that names a column which is gone fails to be read here, before the migration is committed. */
function checkViews({ target, operations }: Alteration): Step {
  const name = sqlite.quoteText(target.name);
  return {
    kind: "check",
    sql: `SELECT v.name AS "view" FROM sqlite_schema AS v JOIN pragma_table_info(v.name) AS c WHERE v.type = 'view' AND instr(lower(v.sql), lower(${name})) > 0 AND c.name IS NULL`,
    explain: (rows) =>
      new SchemaError(`the view ${String(rows[0]?.view)} does not fit table ${target.name} any more`),
    operations,
  };
}
