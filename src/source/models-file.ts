import type { Unsupported } from "../dialects/dialect.ts";
import { snakeCase } from "../models/names.ts";
import { localName, namespaceOf } from "../schema/qualified-name.ts";
import { type Schema, tablesByName } from "../schema/schema.ts";
import { call, type Entry, object } from "./code.ts";
import { layout } from "./layout.ts";
import { type ModelParts, modelFields, modelOptions } from "./model-code.ts";
import { fieldNames, modelName, type TableNames } from "./model-names.ts";
import { circularTables, relationsOf } from "./relations.ts";
import { objectKey, string } from "./values.ts";

/**
 * The text of a module that declares a model for each table, formatted, and the same for the same schema. What
 * `expressible` left of a schema comes back from its models unchanged, up to the order of columns. `unsupported` is
 * listed at its head.
 */
export function printModels(schema: Schema, unsupported: readonly Unsupported[] = []): string {
  const tables = tablesByName(schema);
  const taken = new Set<string>();
  const relations = new Map(tables.map((table) => [table.name, relationsOf(table, schema)]));
  const names = new Map(
    tables.map((table): [string, TableNames] => [
      table.name,
      {
        table,
        model: modelName(table.name, taken),
        fields: fieldNames(table, (column) => relations.get(table.name)?.has(column) === true),
      },
    ]),
  );
  const circular = circularTables(
    new Map(
      [...relations].map(([name, keys]) => [name, Array.from(keys.values(), (key) => key.references.table)]),
    ),
  );
  const models = [...names.values()].map((own) =>
    modelStatement({ schema, names, own, relations: relations.get(own.table.name) ?? new Map(), circular }),
  );
  return `${[...head(schema, unsupported), importStatement(schema), ...models].join("\n\n")}\n`;
}

function modelStatement(parts: ModelParts): string {
  const { model, table } = parts.own;
  const options = modelOptions(parts);
  const code = call("defineModel", [
    string(model),
    {
      ...object(modelFields(parts).map(([name, field]) => [objectKey(name), field])),
      expanded: true,
    },
    object([...nameEntries(model, table.name), ...options]),
  ]);
  const start = `export const ${model} = `;
  return `${start}${layout(code, { indent: 0, column: start.length, after: 1 })};`;
}

function nameEntries(model: string, table: string): (Entry | undefined)[] {
  const [namespace, name] = [namespaceOf(table), localName(table)];
  return [
    snakeCase(model) === name ? undefined : ["table", string(name)],
    namespace === undefined ? undefined : ["schema", string(namespace)],
  ];
}

function importStatement(schema: Schema): string {
  const tables = tablesByName(schema);
  if (tables.length === 0) return "export {};";
  const usesSql = tables.some(({ columns }) =>
    columns.some(
      ({ default: given, generated }) =>
        generated !== undefined || (given !== undefined && "expression" in given),
    ),
  );
  return `import { defineModel, fields${usesSql ? ", sql" : ""} } from "yara-orm";`;
}

const LONGEST_COMMENT = 200;

const RAW = "// Types that no field has are raw: on a database of the other kind these columns hold text.";

function head(schema: Schema, unsupported: readonly Unsupported[]): string[] {
  const raw = tablesByName(schema).some(({ columns }) => columns.some(({ type }) => type.kind === "raw"));
  return [...(raw ? [RAW] : []), ...listOf(unsupported)];
}

function listOf(unsupported: readonly Unsupported[]): string[] {
  if (unsupported.length === 0) return [];
  const lines = unsupported.map(({ path, what }) => {
    const line = `// - ${path}: ${what}`.replace(/[\s\u2028\u2029]+/g, " ");
    return line.length > LONGEST_COMMENT ? `${line.slice(0, LONGEST_COMMENT)} ...` : line;
  });
  return [["// The database has more than models can say. Not expressed here:", ...lines].join("\n")];
}
