import { hasKey } from "../../src/operations/key-checks.ts";
import { applyToTable } from "../../src/operations/local.ts";
import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { indexKeys } from "../../src/schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../../src/schema/naming.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { type Constraint, findColumn, isGenerated, type Table } from "../../src/schema/table.ts";
import { allForeignKeys } from "./foreign-keys.ts";
import { freshName } from "./names.ts";
import { onTable, type Proposal } from "./proposal.ts";
import { randomIndex } from "./random-index.ts";
import { keyOptions, randomCheck, randomForeignKey, randomUnique } from "./random-table.ts";

/** Random operations on indexes and constraints. */
export const constraintProposals = {
  createIndex: onTable((chooser, table, _, { memory, filled }) => {
    const index = randomIndex(chooser, table, memory);
    const columns = indexKeys(index).flatMap(({ column }) => column ?? []);
    const fits = !index.unique || filled?.mayBeUnique(table.name, columns) !== false;
    return fits ? { kind: "createIndex", table: table.name, index } : undefined;
  }),

  dropIndex: onTable((chooser, table, schema) => {
    const index = chooser.pick(table.indexes);
    if (index === undefined) return undefined;
    const drop = { kind: "dropIndex", table: table.name, name: indexName(table.name, index) } as const;
    return keepsKeys(drop, table, schema) ? drop : undefined;
  }),

  renameIndex: onTable((chooser, table, _, { memory }) => {
    const index = chooser.pick(table.indexes);
    if (index === undefined) return undefined;
    const from = indexName(table.name, index);
    const { name, ...unnamed } = index;
    const backToDerived = name !== undefined && chooser.chance(50);
    const to = backToDerived ? indexName(table.name, unnamed) : freshName(chooser, memory.names);
    return { kind: "renameIndex", table: table.name, from, to };
  }),

  addConstraint: onTable((chooser, table, schema, { memory, filled }) => {
    const kind = chooser.oneOf(["foreignKey", "unique", "check", "primaryKey"] as const);
    const add = (constraint: Extract<Operation, { kind: "addConstraint" }>["constraint"] | undefined) =>
      constraint && ({ kind: "addConstraint", table: table.name, constraint } as const);
    if (kind === "check") return add(randomCheck(chooser, table, memory));
    if (kind === "unique") {
      const unique = randomUnique(chooser, table, memory);
      return filled?.mayBeUnique(table.name, unique.columns) !== false ? add(unique) : undefined;
    }
    if (kind === "foreignKey") {
      const key = randomForeignKey(
        chooser,
        table,
        [...schema.tables.values()],
        memory,
        (target, keys, columns) => {
          const names = columns.map((column) => column.name);
          return filled?.mayRefer(table.name, names, target.name, keys) !== false;
        },
      );
      return add(key);
    }
    const columns = chooser.some(
      table.columns.filter((column) => !column.nullable && !isGenerated(column)),
      2,
    );
    const names = columns.map((column) => column.name);
    if (table.primaryKey.length > 0 || names.length === 0) return undefined;
    if (filled?.mayBeUnique(table.name, names) === false) return undefined;
    return add({ kind: "primaryKey", columns: names, ...keyOptions(chooser, memory).primaryKeyOptions });
  }),

  dropConstraint: onTable((chooser, table, schema) => {
    const drop = (constraint: Constraint) => {
      const name = constraintName(table.name, constraint);
      return { kind: "dropConstraint", table: table.name, name } as const;
    };
    const free = constraintsOf(table).filter((constraint) => {
      if (constraint.kind === "check" || constraint.kind === "foreignKey") return true;
      const counts = constraint.columns.some((name) => findColumn(table, name)?.autoIncrement === true);
      if (constraint.kind === "primaryKey" && counts) return false;
      return keepsKeys(drop(constraint), table, schema);
    });
    const constraint = chooser.pick(free);
    return constraint && drop(constraint);
  }),
} satisfies { readonly [K in OperationKind]?: Proposal };

/** True if every foreign key to the table finds a key there still, be it another one. */
function keepsKeys(operation: Operation, table: Table, schema: Schema): boolean {
  const rest = applyToTable(operation, table) ?? table;
  return allForeignKeys(schema).every(
    ({ key }) => key.references.table !== table.name || hasKey(rest, key.references.columns),
  );
}
