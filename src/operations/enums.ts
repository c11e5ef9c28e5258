import { SchemaError } from "../errors.ts";
import type { EnumType, Schema } from "../schema/schema.ts";
import { enumKey, type Handler, never } from "./handler.ts";
import type { AlterEnum, CreateEnum, DropEnum } from "./types.ts";

export const createEnum: Handler<CreateEnum> = {
  apply({ type }, schema) {
    if (schema.enums.has(type.name)) throw new SchemaError(`enum ${type.name} exists already`);
    return withEnum(schema, type);
  },
  invert: ({ type }) => ({ kind: "dropEnum", name: type.name }),
  describe: ({ type }) => `create enum ${type.name}`,
  touches: ({ type }) => [enumKey(type.name)],
  reduce(operation, next) {
    if (next.kind === "alterEnum" && next.type.name === operation.type.name) {
      return [{ kind: "createEnum", type: next.type }];
    }
    return next.kind === "dropEnum" && next.name === operation.type.name ? [] : undefined;
  },
};

export const alterEnum: Handler<AlterEnum> = {
  apply({ type }, schema) {
    enumOf(schema, type.name);
    return withEnum(schema, type);
  },
  invert: ({ type }, before) => ({ kind: "alterEnum", type: enumOf(before, type.name) }),
  describe: ({ type }) => `alter enum ${type.name}`,
  touches: ({ type }) => [enumKey(type.name)],
  reduce: never,
};

export const dropEnum: Handler<DropEnum> = {
  apply({ name }, schema) {
    enumOf(schema, name);
    for (const table of schema.tables.values()) {
      const user = table.columns.find(({ type }) => type.kind === "enum" && type.name === name);
      if (user === undefined) continue;
      throw new SchemaError(`enum ${name} cannot be dropped: column ${table.name}.${user.name} uses it`);
    }
    return { ...schema, enums: schema.enums.delete(name) };
  },
  invert: ({ name }, before) => ({ kind: "createEnum", type: enumOf(before, name) }),
  describe: ({ name }) => `drop enum ${name}`,
  touches: ({ name }) => [enumKey(name)],
  reduce: never,
};

function enumOf(schema: Schema, name: string): EnumType {
  const type = schema.enums.get(name);
  if (type === undefined) throw new SchemaError(`there is no enum ${name}`);
  return type;
}

function withEnum(schema: Schema, type: EnumType): Schema {
  if (type.values.length === 0) throw new SchemaError(`enum ${type.name} has no value`);
  const twice = type.values.find((value, at) => type.values.indexOf(value) !== at);
  if (twice !== undefined)
    throw new SchemaError(`enum ${type.name} has the value ${JSON.stringify(twice)} twice`);
  return { ...schema, enums: schema.enums.set(type.name, type) };
}
