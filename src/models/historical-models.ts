import { UsageError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import type { HistoricalModel, HistoricalModels } from "../operations/historical-models.ts";
import { localName } from "../schema/qualified-name.ts";
import type { Schema } from "../schema/schema.ts";
import type { Column, Table } from "../schema/table.ts";
import type { ColumnMeta, ModelMeta } from "./meta.ts";
import { tableName } from "./names.ts";
import { HISTORICAL_HINT } from "./objects/attributes.ts";
import { Objects } from "./objects/objects.ts";

/** The tables of a schema with the API of `Model.objects`; `place` names the migration in errors. */
export function historicalModels(schema: Schema, place: string): HistoricalModels {
  const known = new Map<string, HistoricalModel>();
  const find = (name: string): HistoricalModel => {
    const table = tableOf(schema, name);
    if (table === undefined) throw unknownTable(schema, name, place);
    const found = known.get(table.name) ?? toModel(table, place);
    known.set(table.name, found);
    return found;
  };
  const handler: ProxyHandler<object> = {
    get(_, name) {
      if (name === "table") return find;
      // Whoever awaits, prints or compares a value asks it for what no table is called.
      if (typeof name === "symbol" || (ASKED_OF_ALL.has(name) && !schema.tables.has(name))) return undefined;
      return find(name);
    },
    has: (_, name) => typeof name === "string" && tableOf(schema, name) !== undefined,
    ownKeys: () => Array.from(schema.tables.values(), (table) => table.name),
    getOwnPropertyDescriptor: (_, name) =>
      typeof name === "string" && schema.tables.has(name)
        ? { value: find(name), enumerable: true, configurable: true }
        : undefined,
    set: () => false,
  };
  // The handler answers every key as HistoricalModels says.
  return new Proxy(Object.create(null), handler) as HistoricalModels;
}

const ASKED_OF_ALL: ReadonlySet<string> = new Set(["then", "toJSON", "constructor"]);

/** The table of that name, else that of a model of that name. */
function tableOf({ tables }: Schema, name: string): Table | undefined {
  return tables.get(name) ?? tables.get(tableName({ name, options: {} }));
}

function toModel(table: Table, place: string): HistoricalModel {
  const meta = toMeta(table, place);
  const objects = new Objects<Record<string, unknown>, Record<string, unknown>>(() => meta);
  // The same methods, with conditions that are checked when they are used.
  return Object.freeze({ table: table.name, objects: objects as unknown as HistoricalModel["objects"] });
}

function toMeta(table: Table, place: string): ModelMeta {
  return {
    name: table.name,
    table: table.name,
    columns: table.columns.map((column) => toColumnMeta(column, table)),
    ordering: [],
    place,
  };
}

function toColumnMeta(column: Column, table: Table): ColumnMeta {
  return {
    attribute: column.name,
    column: column.name,
    type: column.type,
    nullable: column.nullable,
    primaryKey: table.primaryKey.includes(column.name),
    autoIncrement: column.autoIncrement === true,
    hasDatabaseDefault: column.default !== undefined,
    ...(column.generated === undefined ? {} : { generated: true }),
  };
}

function unknownTable({ tables }: Schema, name: string, place: string): UsageError {
  const names = Array.from(tables.values(), (table) => table.name);
  const beside = names.filter((known) => localName(known) === name);
  const hint = beside.length > 0 ? `Did you mean "${beside.join('" or "')}"?` : suggest(name, names);
  return new UsageError(
    `there is no table ${JSON.stringify(name)} in ${place}`,
    `${hint}\n${HISTORICAL_HINT}`,
  );
}
