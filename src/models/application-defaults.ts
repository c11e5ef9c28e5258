import { NOW, type SqlValue } from "../schema/expression.ts";
import type { AnyModel } from "./model.ts";
import { tableName } from "./names.ts";
import { resolveColumns } from "./resolve.ts";
import { scopeOf } from "./scope.ts";

/**
 * What rows that exist already may receive when a column is added, by `table.column`: the application's default
 * where it is a value, the present moment for `autoNow` and `autoNowAdd`. A function gives none: it is not called,
 * because a migration must say the same each time it is generated. Of the models whose tables are wanted. Throws what `schemaFromModels` throws.
 */
export function applicationDefaults(
  models: readonly AnyModel[],
  isWanted: (table: string) => boolean = () => true,
): Map<string, SqlValue> {
  const scope = scopeOf(models);
  const defaults = new Map<string, SqlValue>();
  for (const model of scope.models) {
    const table = tableName(model);
    if (!isWanted(table)) continue;
    for (const column of resolveColumns(model, scope)) {
      const { autoNow, autoNowAdd } = column.source.options;
      const value = autoNow || autoNowAdd ? NOW : column.default;
      if (value !== undefined) defaults.set(`${table}.${column.column}`, value);
    }
  }
  return defaults;
}
