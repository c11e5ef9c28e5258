import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { indexKeys } from "../../src/schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../../src/schema/naming.ts";
import { findColumn, isGenerated } from "../../src/schema/table.ts";
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

  dropIndex: onTable((chooser, table) => {
    const index = chooser.pick(table.indexes);
    return index && { kind: "dropIndex", table: table.name, name: indexName(table.name, index) };
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
      const fits = unique !== undefined && filled?.mayBeUnique(table.name, unique.columns) !== false;
      return fits ? add(unique) : undefined;
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
    const isTaken = table.uniques.some(
      (unique) => unique.columns.toSorted().join("\0") === names.toSorted().join("\0"),
    );
    if (table.primaryKey.length > 0 || names.length === 0 || isTaken) return undefined;
    if (filled?.mayBeUnique(table.name, names) === false) return undefined;
    return add({ kind: "primaryKey", columns: names, ...keyOptions(chooser, memory).primaryKeyOptions });
  }),

  dropConstraint: onTable((chooser, table, schema) => {
    const free = constraintsOf(table).filter((constraint) => {
      if (constraint.kind === "check" || constraint.kind === "foreignKey") return true;
      const counts = constraint.columns.some((name) => findColumn(table, name)?.autoIncrement === true);
      if (constraint.kind === "primaryKey" && counts) return false;
      return allForeignKeys(schema).every(
        ({ key }) =>
          key.references.table !== table.name ||
          key.references.columns.toSorted().join("\0") !== constraint.columns.toSorted().join("\0"),
      );
    });
    const constraint = chooser.pick(free);
    const name = constraint && constraintName(table.name, constraint);
    return name === undefined ? undefined : { kind: "dropConstraint", table: table.name, name };
  }),
} satisfies { readonly [K in OperationKind]?: Proposal };
