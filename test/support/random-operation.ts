import { SchemaError } from "../../src/errors.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { expressionFor } from "../../src/schema/expression.ts";
import { namespaceOf } from "../../src/schema/qualified-name.ts";
import { compareText, type Schema, tablesByName } from "../../src/schema/schema.ts";
import type { Chooser } from "./chooser.ts";
import { allForeignKeys } from "./foreign-keys.ts";
import { freshEnumName, freshTableName, NAMESPACES } from "./names.ts";
import { type Circumstances, onTable, type Proposal } from "./proposal.ts";
import { columnProposals } from "./propose-columns.ts";
import { constraintProposals } from "./propose-constraints.ts";
import { randomTable } from "./random-table.ts";
import { viewProposals } from "./random-views.ts";
import { allNames, areFree, areUnique, namesOf } from "./schema-names.ts";
import { SAMPLES } from "./values.ts";

/** An operation of one of the kinds that fits the schema; undefined where the choices lead to none. */
export function randomOperation(
  chooser: Chooser,
  schema: Schema,
  circumstances: Circumstances,
  kinds: readonly [OperationKind, ...OperationKind[]] = WEIGHTED,
): Operation | undefined {
  const start = chooser.below(kinds.length);
  for (let turn = 0; turn < kinds.length; turn += 1) {
    const kind = kinds[(start + turn) % kinds.length] ?? kinds[0];
    const operation = proposals[kind](chooser, schema, circumstances);
    if (operation === undefined || !areFree(namesOf(operation), schema)) continue;
    const after = afterwards(operation, schema);
    if (after !== undefined && areUnique(allNames(after))) return operation;
  }
  return undefined;
}

/** Undefined where a view or a trigger stands in the way. */
function afterwards(operation: Operation, schema: Schema): Schema | undefined {
  try {
    return applyOperation(operation, schema);
  } catch (error) {
    if (isForViews(error)) return undefined;
    throw error;
  }
}

/** True for the refusal of an operation because of a view or a trigger. */
export function isForViews(error: unknown): boolean {
  return error instanceof SchemaError && /view|trigger/.test(error.message);
}

const proposals: { readonly [K in OperationKind]: Proposal } = {
  createTable: (chooser, schema, { memory, virtual }) => ({
    kind: "createTable",
    table: randomTable(chooser, schema, memory, virtual),
  }),

  dropTable: onTable((_, { name }, schema, { filled }) => {
    const isNeeded = allForeignKeys(schema).some(
      ({ table, key }) => table !== name && key.references.table === name,
    );
    return isNeeded || filled?.mayDropTable(name) === false ? undefined : { kind: "dropTable", table: name };
  }),

  renameTable: onTable((chooser, { name }, schema, { memory }) => {
    const to = freshTableName(chooser, schema, memory.names);
    memory.columnNames.set(to, memory.columnNames.get(name) ?? new Set());
    return { kind: "renameTable", from: name, to };
  }),

  ...columnProposals,
  ...constraintProposals,
  ...viewProposals,
  createEnum: (chooser, _, { memory }) => ({
    kind: "createEnum",
    type: {
      name: freshEnumName(chooser, memory.names),
      values: ["one", "it's", "Zwei", "", "😀"].slice(0, 2 + chooser.below(4)),
    },
  }),

  /** The first values stay: rows and defaults hold them. */
  alterEnum(chooser, schema) {
    const type = chooser.pick([...schema.enums.values()].toSorted((a, b) => compareText(a.name, b.name)));
    if (type === undefined) return undefined;
    const [kept, rest] = [type.values.slice(0, SAMPLES), type.values.slice(SAMPLES)];
    const added = `new ${chooser.below(5)}`;
    const values = chooser.oneOf([
      [...kept, ...rest, added],
      [...kept, added, ...rest],
      [...kept, ...rest.slice(1)],
      [...kept, ...rest.toReversed()],
    ]);
    const isChange = values.join() !== type.values.join() && new Set(values).size === values.length;
    return isChange ? { kind: "alterEnum", type: { name: type.name, values } } : undefined;
  },

  renameEnum(chooser, schema, { memory }) {
    const from = chooser.pick([...schema.enums.keys()].sort());
    return from === undefined
      ? undefined
      : { kind: "renameEnum", from, to: freshEnumName(chooser, memory.names) };
  },

  /** The first values stay: rows and defaults hold them. */
  renameEnumValue(chooser, schema) {
    const type = chooser.pick([...schema.enums.values()].toSorted((a, b) => compareText(a.name, b.name)));
    const from = chooser.pick(type?.values.slice(SAMPLES) ?? []);
    const to = `renamed ${chooser.below(5)}`;
    if (type === undefined || from === undefined || type.values.includes(to)) return undefined;
    return { kind: "renameEnumValue", name: type.name, from, to };
  },

  dropEnum(chooser, schema) {
    const used = new Set(
      tablesByName(schema).flatMap((table) =>
        table.columns.flatMap(({ type }) => (type.kind === "enum" ? [type.name] : [])),
      ),
    );
    const name = chooser.pick([...schema.enums.keys()].filter((candidate) => !used.has(candidate)).sort());
    return name === undefined ? undefined : { kind: "dropEnum", name };
  },

  createSchema(chooser, schema) {
    const name = chooser.pick(NAMESPACES.filter((candidate) => !schema.namespaces.has(candidate)));
    return name === undefined ? undefined : { kind: "createSchema", name };
  },

  dropSchema(chooser, schema) {
    const used = new Set(Array.from(schema.tables.keys(), namespaceOf));
    const name = chooser.pick([...schema.namespaces.keys()].filter((key) => !used.has(key)).sort());
    return name === undefined ? undefined : { kind: "dropSchema", name };
  },

  createExtension(chooser, schema) {
    const name = chooser.oneOf(["citext", "pg_trgm"]);
    return schema.extensions.includes(name) ? undefined : { kind: "createExtension", name };
  },

  dropExtension(chooser, schema) {
    const isUsed = tablesByName(schema).some((table) =>
      table.columns.some(
        ({ type }) => type.kind === "raw" && expressionFor(type.type, "postgres") === "citext",
      ),
    );
    const name = chooser.pick(schema.extensions.filter((each) => each !== "citext" || !isUsed));
    return name === undefined ? undefined : { kind: "dropExtension", name };
  },

  alterComment: onTable((chooser, { name: table }) =>
    chooser.chance(30)
      ? { kind: "alterComment", table }
      : { kind: "alterComment", table, comment: chooser.oneOf(["a comment", "it's\nanother"]) },
  ),

  runSQL: (chooser, _, { special }) => {
    const sql = [chooser.oneOf(["SELECT 1", "UPDATE x SET y = 'z'"])];
    return special ? { kind: "runSQL", sql, reverse: chooser.chance(50) ? ["SELECT 2"] : [] } : undefined;
  },

  runCode: (_, __, { special }) =>
    special ? { kind: "runCode", forward: () => {}, backward: async () => {} } : undefined,
};

const OFTEN = [
  "createTable",
  "addColumn",
  "addConstraint",
  "alterColumn",
  "dropColumn",
  "createIndex",
] as const;
const WEIGHTED: readonly [OperationKind, ...OperationKind[]] = [
  ...OFTEN,
  "dropConstraint",
  "dropIndex",
  "createEnum",
  "addColumn",
  "addConstraint",
  "addConstraint",
  "renameColumn",
  "renameTable",
  "renameIndex",
  "alterEnum",
  "renameEnum",
  "renameEnumValue",
  "alterColumn",
  "dropTable",
  "createSchema",
  "dropSchema",
  "renameTable",
  "alterComment",
  "createExtension",
  "dropExtension",
  "dropEnum",
  "addConstraint",
  "createView",
  "createTrigger",
  "createView",
  "dropView",
  "dropTrigger",
  "runSQL",
  "runCode",
];
