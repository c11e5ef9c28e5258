import type { RenameColumn, RenameTable } from "../../operations/types.ts";
import { constraintName, shorten } from "../../schema/naming.ts";
import type { ForeignKey, Table, Unique } from "../../schema/table.ts";
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
 * What the native rename makes of a stored table, renamed itself or referring to what is. Names that were written stay
 * as they were; checks are returned unchanged although SQLite rewrites them, so that a table whose checks mention
 * what was renamed differs from the one that is wanted and is rebuilt with the expressions of the state.
 */
export function afterRename(table: Table, operation: Rename): Table {
  const target = shorten(operation.kind === "renameTable" ? operation.from : operation.table);
  const [from, to] = [shorten(operation.from), shorten(operation.to)];
  const isSelf = table.name === target;
  const name = isSelf && operation.kind === "renameTable" ? to : table.name;
  const columnsOf = (columns: readonly string[], owner: string) =>
    operation.kind === "renameColumn" && owner === target
      ? columns.map((column) => (column === from ? to : column))
      : columns;
  const own = (columns: readonly string[]) => columnsOf(columns, table.name);
  const renamed = <C extends Unique | ForeignKey>(constraint: C, before: C): C =>
    hasDerivedName(table.name, before)
      ? { ...constraint, name: shorten(constraintName(name, { ...constraint, name: undefined } as C)) }
      : constraint;
  return {
    ...table,
    name,
    columns: isSelf
      ? table.columns.map((column) => ({ ...column, name: own([column.name])[0] ?? column.name }))
      : table.columns,
    primaryKey: own(table.primaryKey),
    uniques: table.uniques.map((unique) => renamed({ ...unique, columns: own(unique.columns) }, unique)),
    foreignKeys: table.foreignKeys.map((key) => {
      const { references } = key;
      const references_ = {
        table: operation.kind === "renameTable" && references.table === from ? to : references.table,
        columns: columnsOf(references.columns, references.table),
      };
      return renamed({ ...key, columns: own(key.columns), references: references_ }, key);
    }),
    indexes: table.indexes.map((index) => ({ ...index, columns: own(index.columns) })),
  };
}
