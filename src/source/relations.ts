import { dataEqual } from "../schema/compare.ts";
import type { Schema } from "../schema/schema.ts";
import { type ForeignKey, findColumn, type Table } from "../schema/table.ts";

/**
 * The foreign keys of a table that a relation field can say, by column: of one column, to the single primary key of the
 * target, with the type of that key. The others need a constraint of the model.
 */
export function relationsOf(table: Table, schema: Schema): ReadonlyMap<string, ForeignKey> {
  const relations = new Map<string, ForeignKey>();
  for (const key of table.foreignKeys) {
    const [column = ""] = key.columns;
    if (!relations.has(column) && isRelation(key, table, schema)) relations.set(column, key);
  }
  return relations;
}

/** The tables among whose relations there may be a circle, where a type inferred from a target would come back to itself. */
export function circularTables(relations: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const rest = new Set(relations.keys());
  for (let before = -1; before !== rest.size; ) {
    before = rest.size;
    const targets = new Set<string>();
    for (const name of rest) for (const target of relations.get(name) ?? []) targets.add(target);
    for (const name of rest) {
      const leads = (relations.get(name) ?? []).some((target) => rest.has(target));
      if (!leads || !targets.has(name)) rest.delete(name);
    }
  }
  return rest;
}

function isRelation(key: ForeignKey, table: Table, schema: Schema): boolean {
  const target = schema.tables.get(key.references.table);
  const [name = ""] = key.columns;
  const [targetName = ""] = key.references.columns;
  const column = findColumn(table, name);
  const targetColumn = target && findColumn(target, targetName);
  if (target === undefined || column === undefined || targetColumn === undefined) return false;
  const actions = [key.onDelete, key.onUpdate];
  return (
    key.columns.length === 1 &&
    dataEqual(target.primaryKey, key.references.columns) &&
    dataEqual(column.type, targetColumn.type) &&
    column.autoIncrement !== true &&
    column.generated === undefined &&
    column.collation === undefined &&
    (column.nullable || !actions.includes("setNull")) &&
    (column.default !== undefined || !actions.includes("setDefault")) &&
    !isKeyInCircle(table, key, schema)
  );
}

/** True for a primary key that refers to a primary key, and so on in a circle: none of them would have a type. */
function isKeyInCircle(table: Table, key: ForeignKey, schema: Schema): boolean {
  if (!dataEqual(table.primaryKey, key.columns)) return false;
  const seen = new Set<string>();
  const waiting = [key.references.table];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === table.name) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    const target = schema.tables.get(name);
    const next = target?.foreignKeys.filter(({ columns }) => dataEqual(target.primaryKey, columns)) ?? [];
    waiting.push(...next.map(({ references }) => references.table));
  }
  return false;
}
