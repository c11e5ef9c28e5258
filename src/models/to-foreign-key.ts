import { ModelError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import { areComparable } from "../operations/joined-types.ts";
import { hasKey } from "../operations/key-checks.ts";
import { shorten } from "../schema/identifier.ts";
import { constraintName } from "../schema/naming.ts";
import type { ForeignKey, Table } from "../schema/table.ts";
import type { AnyModel } from "./model.ts";
import type { ForeignKeyOptions } from "./model-options.ts";
import { tableName } from "./names.ts";
import { type ResolvedColumn, resolveColumns } from "./resolve.ts";
import { resolveTarget, type Scope } from "./scope.ts";
import { fieldError } from "./validate-field.ts";

/**
 * The foreign key that an entry of `constraints` declares. Throws a ModelError where the fields on both sides do not fit
 * each other, or an action the fields.
 */
export function toCompositeKey(
  model: AnyModel,
  entry: ForeignKeyOptions,
  columns: readonly ResolvedColumn[],
  scope: Scope,
): ForeignKey {
  const what = entry.foreignKey.join(", ");
  const fail = (problem: string, hint?: string): never => {
    throw fieldError(model.name, what, problem, hint);
  };
  const target = resolveTarget(model, what, entry.references.model, scope);
  const ofTarget = resolveColumns(target, scope);
  const own = entry.foreignKey.map((name) => find(name, columns, model, fail));
  const { fields } = entry.references;
  const referred =
    fields?.map((name) => find(name, ofTarget, target, fail)) ??
    ofTarget.filter(({ source }) => source.options.pk === true);
  if (own.length !== referred.length) {
    const fields = referred.map(({ field }) => field).join(", ");
    fail(
      `a foreign key of ${own.length} fields cannot refer to ${referred.length} of ${target.name} (${fields})`,
    );
  }
  for (const [position, column] of own.entries()) {
    const other = referred[position];
    if (other !== undefined && !areComparable(column.type, other.type)) {
      fail(
        `${column.field} has another type than ${target.name}.${other.field}`,
        "Give both fields the same type and options.",
      );
    }
  }
  const { onDelete = "noAction", onUpdate = "noAction", deferrable } = entry;
  for (const action of [onDelete, onUpdate]) {
    const bare = own.find(
      ({ source, dbDefault }) =>
        (action === "setNull" && source.options.null !== true) ||
        (action === "setDefault" && dbDefault === undefined),
    );
    if (bare !== undefined)
      fail(`${action} needs ${action === "setNull" ? "null: true" : "dbDefault"} on the field ${bare.field}`);
  }
  const table = tableName(model);
  const key: ForeignKey = {
    kind: "foreignKey",
    columns: own.map(({ column }) => column),
    references: { table: tableName(target), columns: referred.map(({ column }) => column) },
    onDelete,
    onUpdate,
    ...(deferrable === undefined ? {} : { deferrable }),
  };
  if (entry.name === undefined || shorten(entry.name) === constraintName(table, key)) return key;
  return { ...key, name: shorten(entry.name) };
}

/** Throws a ModelError where a foreign key of the table refers to what is no key of its target. */
export function checkReferredKeys(table: Table, owner: string, tables: ReadonlyMap<string, Table>): void {
  for (const { columns, references } of table.foreignKeys) {
    const target = tables.get(references.table);
    if (target === undefined || hasKey(target, references.columns)) continue;
    throw new ModelError(
      `${owner}: the foreign key on ${columns.join(", ")} refers to ${references.columns.join(", ")} of the table "${target.name}", which is no key of it`,
      "Refer to its primary key, or make the fields unique together.",
    );
  }
}

function find(
  name: string,
  columns: readonly ResolvedColumn[],
  model: AnyModel,
  fail: (problem: string, hint?: string) => never,
): ResolvedColumn {
  const found = columns.find(({ field, attribute }) => field === name || attribute === name);
  const known = columns.map(({ attribute }) => attribute);
  return found ?? fail(`the model ${model.name} has no field "${name}"`, suggest(name, known));
}
