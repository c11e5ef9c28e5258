import { SchemaError } from "../errors.ts";
import { type EnumType, type Schema, withTable } from "../schema/schema.ts";
import type { Column, Table } from "../schema/table.ts";
import { enumKey, type Handler, never } from "./handler.ts";
import { refuseNamers } from "./named-values.ts";
import type { AlterEnum, CreateEnum, DropEnum, RenameEnum, RenameEnumValue } from "./types.ts";

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

export const renameEnum: Handler<RenameEnum> = {
  apply({ from, to }, schema) {
    if (schema.enums.has(to)) throw new SchemaError(`enum ${to} exists already`);
    const type = enumOf(schema, from);
    const renamed: Schema = { ...schema, enums: schema.enums.delete(from).set(to, { ...type, name: to }) };
    return usersOf(schema, from).reduce(
      (next, table) => withTable(next, withEnumNamed(table, from, to)),
      renamed,
    );
  },
  invert: ({ from, to }) => ({ kind: "renameEnum", from: to, to: from }),
  describe: ({ from, to }) => `rename enum ${from} to ${to}`,
  // The tables with columns of it change with it.
  touches: () => "everything",
  reduce: never,
};

export const renameEnumValue: Handler<RenameEnumValue> = {
  apply({ name, from, to }, schema) {
    const type = enumOf(schema, name);
    const at = type.values.indexOf(from);
    if (at < 0) throw new SchemaError(`enum ${name} has no value ${JSON.stringify(from)}`);
    const renamed = withEnum(schema, { ...type, values: type.values.with(at, to) });
    for (const table of usersOf(schema, name)) refuseNamers(table, from);
    return usersOf(schema, name).reduce(
      (next, table) => withTable(next, withDefault(table, name, from, to)),
      renamed,
    );
  },
  invert: ({ name, from, to }) => ({ kind: "renameEnumValue", name, from: to, to: from }),
  describe: ({ name, from, to }) => `rename value ${from} of enum ${name} to ${to}`,
  // Defaults of the columns of it change with it.
  touches: () => "everything",
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

function usersOf(schema: Schema, name: string): Table[] {
  return [...schema.tables.values()].filter((table) =>
    table.columns.some((column) => isOfEnum(column, name)),
  );
}

function isOfEnum({ type }: Column, name: string): boolean {
  return type.kind === "enum" && type.name === name;
}

function withEnumNamed(table: Table, from: string, to: string): Table {
  const columns = table.columns.map(
    (column): Column => (isOfEnum(column, from) ? { ...column, type: { kind: "enum", name: to } } : column),
  );
  return { ...table, columns };
}

function withDefault(table: Table, name: string, from: string, to: string): Table {
  const columns = table.columns.map((column): Column => {
    const value =
      column.default !== undefined && "value" in column.default ? column.default.value : undefined;
    return isOfEnum(column, name) && value === from ? { ...column, default: { value: to } } : column;
  });
  return { ...table, columns };
}

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
