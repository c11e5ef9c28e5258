import { SchemaError } from "../errors.ts";
import { namespaceOf, namespaceProblem } from "../schema/qualified-name.ts";
import { type Handler, namespaceKey, never } from "./handler.ts";
import type { CreateSchema, DropSchema } from "./types.ts";

export const createSchema: Handler<CreateSchema> = {
  apply({ name }, schema) {
    const problem = namespaceProblem(name);
    if (problem !== undefined) throw new SchemaError(`the schema name ${JSON.stringify(name)} ${problem}`);
    if (schema.namespaces.has(name)) throw new SchemaError(`schema ${name} exists already`);
    return { ...schema, namespaces: schema.namespaces.set(name, { name }) };
  },
  invert: ({ name }) => ({ kind: "dropSchema", name }),
  describe: ({ name }) => `create schema ${name}`,
  touches: ({ name }) => [namespaceKey(name)],
  reduce: ({ name }, next) => (next.kind === "dropSchema" && next.name === name ? [] : undefined),
};

export const dropSchema: Handler<DropSchema> = {
  apply({ name }, schema) {
    if (!schema.namespaces.has(name)) throw new SchemaError(`there is no schema ${name}`);
    const table = Array.from(schema.tables.keys()).find((key) => namespaceOf(key) === name);
    if (table === undefined) return { ...schema, namespaces: schema.namespaces.delete(name) };
    throw new SchemaError(
      `schema ${name} cannot be dropped: it holds the table ${table}`,
      `drop its tables before: m.dropTable(${JSON.stringify(table)})`,
    );
  },
  invert: ({ name }) => ({ kind: "createSchema", name }),
  describe: ({ name }) => `drop schema ${name}`,
  touches: ({ name }) => [namespaceKey(name)],
  reduce: never,
};
