import type { RenameColumn, RenameTable } from "../../operations/types.ts";
import { shorten } from "../../schema/identifier.ts";
import { mapIndex } from "../../schema/index-parts.ts";
import { constraintName } from "../../schema/naming.ts";
import { shortenTable } from "../../schema/qualified-name.ts";
import { renameIn } from "../../schema/sql-tokens.ts";
import type { Check, ForeignKey, Table, Unique } from "../../schema/table.ts";
import { hasDerivedName, isRowIdName, sqlite } from "./renderer.ts";

type Rename = RenameTable | RenameColumn;

/** RENAME COLUMN refuses the names of the row id ("cannot rename from rowid alias", "... to rowid alias"). */
export function needsRebuild(operation: Rename): operation is RenameColumn {
  return operation.kind === "renameColumn" && (isRowIdName(operation.from) || isRowIdName(operation.to));
}

/** The native statements: SQLite follows a rename through foreign keys, indexes, checks, views and triggers. */
export function renameStatements(operation: Rename): string[] {
  if (operation.kind === "renameColumn") {
    return [sqlite.renameColumn(operation.table, operation.from, operation.to)];
  }
  const { from, to } = operation;
  if (from.toLowerCase() !== to.toLowerCase()) return [sqlite.renameTable(from, to)];
  // SQLite takes the two for the same name and refuses.
  const between = `_yara_new_${to}`;
  return [sqlite.renameTable(from, between), sqlite.renameTable(between, to)];
}

/**
 * What the native rename makes of the stored table that it names. Names that were written stay as they were; checks and
 * the expressions of indexes are returned unchanged although SQLite rewrites them, so that what mentions what was
 * renamed differs from what is wanted and is made again with the expressions of the state.
 */
export function afterRename(table: Table, operation: Rename): Table {
  const isTable = operation.kind === "renameTable";
  const [from, to] = [operation.from, operation.to].map(isTable ? shortenTable : shorten) as [string, string];
  const name = isTable ? to : table.name;
  const column = (before: string) => (!isTable && before === from ? to : before);
  const renamed = <C extends Unique | ForeignKey>(constraint: C): C => {
    const { name: written, ...rest } = { ...constraint, columns: constraint.columns.map(column) };
    const derived = hasDerivedName(table.name, constraint) ? shorten(constraintName(name, rest)) : written;
    return { ...constraint, columns: rest.columns, ...(derived === undefined ? {} : { name: derived }) };
  };
  return {
    ...table,
    name,
    columns: table.columns.map((before) => ({ ...before, name: column(before.name) })),
    primaryKey: table.primaryKey.map(column),
    uniques: table.uniques.map(renamed),
    foreignKeys: table.foreignKeys.map(renamed).map((key) => {
      if (key.references.table !== table.name) return key;
      return { ...key, references: { table: name, columns: key.references.columns.map(column) } };
    }),
    indexes: table.indexes.map((index) => mapIndex(index, column, (expression) => expression)),
  };
}

/** The same checks as SQLite rewrites them where it renames a column. */
export function checksAfterRename(checks: readonly Check[], operation: Rename): readonly Check[] {
  if (operation.kind === "renameTable") return checks;
  const [from, to] = [shorten(operation.from), shorten(operation.to)];
  return checks.map((check) => ({ ...check, expression: renameIn(check.expression, from, to) }));
}
