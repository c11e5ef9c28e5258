import type { ColumnMeta, ModelMeta } from "./meta.ts";
import type { AnyModel } from "./model.ts";
import { tableName } from "./names.ts";
import { type ResolvedColumn, resolveColumns } from "./resolve.ts";
import { REGISTERED } from "./scope.ts";

const known = new WeakMap<AnyModel, ModelMeta>();

/**
 * What the query layer needs to know of a model. Names are resolved among all models of the process, at the
 * first use, when all modules have been loaded. Throws a ModelError for a relation that cannot be resolved.
 */
export function metaOf(model: AnyModel): ModelMeta {
  const existing = known.get(model);
  if (existing !== undefined) return existing;
  const columns = resolveColumns(model, REGISTERED);
  const attributes = new Map(columns.map((column) => [column.field, column.attribute]));
  const meta: ModelMeta = {
    name: model.name,
    table: tableName(model),
    columns: columns.map(toColumnMeta),
    ordering: (model.options.ordering ?? []).map((entry) => {
      const name = entry.replace(/^-/, "");
      return `${entry.startsWith("-") ? "-" : ""}${attributes.get(name) ?? name}`;
    }),
  };
  known.set(model, meta);
  return meta;
}

function toColumnMeta(resolved: ResolvedColumn): ColumnMeta {
  const { options } = resolved.source;
  const { references } = resolved;
  return {
    attribute: resolved.attribute,
    column: resolved.column,
    type: resolved.type,
    nullable: options.null === true,
    primaryKey: options.pk === true,
    autoIncrement: resolved.autoIncrement,
    hasDatabaseDefault: resolved.dbDefault !== undefined,
    ...(options.generated === undefined ? {} : { generated: true }),
    ...(options.default === undefined ? {} : { default: options.default }),
    ...(options.autoNow ? { auto: "autoNow" } : options.autoNowAdd ? { auto: "autoNowAdd" } : {}),
    ...(references === undefined
      ? {}
      : {
          relation: {
            field: resolved.field,
            target: () => metaOf(references.model),
            targetAttribute: references.key.attribute,
          },
        }),
  };
}
