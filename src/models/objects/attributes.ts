import { UsageError } from "../../errors.ts";
import { suggest } from "../../nearest.ts";
import type { ColumnMeta, ModelMeta } from "../meta.ts";

/** A column and the way in which a key speaks of it: its own attribute, or a relation that stands for it. */
export interface Reference {
  readonly column: ColumnMeta;
  readonly relation?: NonNullable<ColumnMeta["relation"]>;
}

/** What the key of a condition, of values or of an order means. Throws UsageError for an unknown one. */
export function resolveKey(meta: ModelMeta, key: string): Reference {
  for (const column of meta.columns) {
    if (column.attribute === key) return { column };
    if (column.relation?.field === key) return { column, relation: column.relation };
  }
  const names = meta.columns.flatMap((column) =>
    column.relation === undefined ? [column.attribute] : [column.attribute, column.relation.field],
  );
  throw new UsageError(`${meta.name} has no field ${JSON.stringify(key)}`, suggest(key, names));
}

/** The key that a row of the relation's target carries. Throws UsageError where `value` is no such row. */
export function keyOfRow(
  meta: ModelMeta,
  relation: NonNullable<ColumnMeta["relation"]>,
  value: unknown,
): unknown {
  const { field, targetAttribute } = relation;
  if (typeof value === "object" && value !== null) {
    const key: unknown = Reflect.get(value, targetAttribute);
    if (key !== undefined && key !== null) return key;
  }
  const target = relation.target().name;
  throw new UsageError(
    `${meta.name}.${field}: expected a row of ${target} with ${JSON.stringify(targetAttribute)}`,
    `give a row that ${target}.objects returned, or the key itself as ${attributeOf(meta, field)}`,
  );
}

/**
 * The values that were given, by column; a key with `undefined` counts as not given. Throws UsageError for an
 * unknown key, and for a relation that is given twice.
 */
export function valuesByColumn(meta: ModelMeta, values: object): Map<ColumnMeta, unknown> {
  const given = new Map<ColumnMeta, unknown>();
  for (const [key, value] of Object.entries(values)) {
    const { column, relation } = resolveKey(meta, key);
    if (value === undefined) continue;
    if (given.has(column)) {
      throw new UsageError(
        `${meta.name}: ${column.relation?.field} and ${column.attribute} are one value`,
        "give one",
      );
    }
    given.set(column, relation === undefined || value === null ? value : keyOfRow(meta, relation, value));
  }
  return given;
}

function attributeOf(meta: ModelMeta, field: string): string {
  return meta.columns.find((column) => column.relation?.field === field)?.attribute ?? field;
}
