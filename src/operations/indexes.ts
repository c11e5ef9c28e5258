import { SchemaError } from "../errors.ts";
import { indexName } from "../schema/naming.ts";
import { type Schema, withTable } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { type Handler, never, tableOf } from "./handler.ts";
import { checkKeysInUse } from "./key-checks.ts";
import { applyToTable } from "./local.ts";
import { checkIndex } from "./table-checks.ts";
import type { CreateIndex, DropIndex, RenameIndex } from "./types.ts";

export const createIndex: Handler<CreateIndex> = {
  apply(operation, schema) {
    const table = changed(operation, schema);
    checkIndex(table, operation.index);
    return withTable(schema, table);
  },
  invert: ({ table, index, concurrently }) => ({
    kind: "dropIndex",
    table,
    name: indexName(table, index),
    ...(concurrently === true ? { concurrently } : {}),
  }),
  describe: ({ table, index, concurrently }) =>
    `create index ${indexName(table, index)} on ${table}${concurrently === true ? " concurrently" : ""}`,
  touches: ({ table }) => [table],
  reduce(operation, next) {
    const undone =
      next.kind === "dropIndex" &&
      next.table === operation.table &&
      next.name === indexName(operation.table, operation.index);
    return undone ? [] : undefined;
  },
};

export const dropIndex: Handler<DropIndex> = {
  apply(operation, schema) {
    const after = changed(operation, schema);
    checkKeysInUse(
      `the index ${operation.name} of table ${after.name}`,
      tableOf(schema, after.name),
      after,
      schema,
    );
    return withTable(schema, after);
  },
  invert(operation, before) {
    const table = tableOf(before, operation.table);
    const index = table.indexes.find((candidate) => indexName(table.name, candidate) === operation.name);
    if (index === undefined) throw new SchemaError(`table ${table.name} has no index ${operation.name}`);
    return {
      kind: "createIndex",
      table: operation.table,
      index,
      ...(operation.concurrently === true ? { concurrently: true } : {}),
    };
  },
  describe: ({ table, name, concurrently }) =>
    `drop index ${name} of ${table}${concurrently === true ? " concurrently" : ""}`,
  touches: ({ table }) => [table],
  reduce: never,
};

export const renameIndex: Handler<RenameIndex> = {
  apply(operation, schema) {
    const table = changed(operation, schema);
    for (const index of table.indexes) checkIndex(table, index);
    return withTable(schema, table);
  },
  invert: ({ table, from, to }) => ({ kind: "renameIndex", table, from: to, to: from }),
  describe: ({ table, from, to }) => `rename index ${from} of ${table} to ${to}`,
  touches: ({ table }) => [table],
  reduce: never,
};

function changed(operation: CreateIndex | DropIndex | RenameIndex, schema: Schema): Table {
  const table = tableOf(schema, operation.table);
  return applyToTable(operation, table) ?? table;
}
