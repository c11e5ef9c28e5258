import { type EnumType, type Schema, schemaOf } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { checkBackReferences } from "./back-references.ts";
import { Collisions } from "./collisions.ts";
import { EnumTypes } from "./enum-types.ts";
import { joinTable } from "./join-table.ts";
import type { AnyModel } from "./model.ts";
import { neededExtensions } from "./needed-extensions.ts";
import { resolveColumns } from "./resolve.ts";
import { scopeOf } from "./scope.ts";
import { checkReferredKeys } from "./to-foreign-key.ts";
import { toTable } from "./to-table.ts";

/**
 * The schema that the models describe. Pure: names of relations are looked up among these models alone. Throws
 * a ModelError that names the model and the field for whatever does not fit together.
 */
export function schemaFromModels(models: readonly AnyModel[]): Schema {
  const scope = scopeOf(models);
  const collisions = new Collisions();
  const enums = new EnumTypes();
  const tables: Table[] = [];
  const withJoins: AnyModel[] = [];
  for (const model of scope.models) {
    const columns = resolveColumns(model, scope);
    const table = toTable(model, columns, scope);
    collisions.add(table, `model ${model.name}`);
    tables.push(table);
    for (const column of columns) enums.add(model.name, column);
    if (columns.length < Object.keys(model.fields).length) withJoins.push(model);
  }
  const byName = new Map(tables.map((table) => [table.name, table]));
  for (const [at, table] of tables.entries())
    checkReferredKeys(table, `model ${scope.models[at]?.name}`, byName);
  for (const model of withJoins) {
    for (const [name, field] of Object.entries(model.fields)) {
      if (field.kind !== "manyToMany") continue;
      const table = joinTable(model, name, field, scope);
      if (table === undefined) continue;
      collisions.add(table, `${model.name}.${name}`);
      tables.push(table);
    }
  }
  const types: readonly EnumType[] = enums.types();
  for (const type of types) collisions.addEnum(type.name, enums.ownerOf(type.name));
  checkBackReferences(scope.models, scope);
  const extensions = scope.models.flatMap(({ options }) => options.extensions ?? []);
  return schemaOf(tables, types, undefined, [...extensions, ...tables.flatMap(neededExtensions)]);
}
