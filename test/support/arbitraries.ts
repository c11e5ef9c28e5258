import fc from "fast-check";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { OWN_TABLES } from "../../src/schema/own-tables.ts";
import { PersistentMap } from "../../src/schema/persistent-map.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf, sortedNames } from "../../src/schema/schema.ts";
import { TableMap } from "../../src/schema/table-map.ts";
import { Chooser } from "./chooser.ts";
import { FilledTables } from "./filled-tables.ts";
import type { Circumstances } from "./proposal.ts";
import { randomOperation } from "./random-operation.ts";
import type { Memory } from "./random-table.ts";
import { areConvertible } from "./values.ts";

/** A schema and operations that apply to it one after the other. */
export interface History {
  readonly schema: Schema;
  readonly operations: readonly Operation[];
}

/** Operations that a database runs, on tables that hold rows from the start. */
export interface FilledHistory extends History {
  /** Follows the rows; it has seen every operation. */
  readonly filled: FilledTables;
}

export interface HistoryOptions {
  /** Only what a database can run: no SQL of its own, no type that cannot be converted. */
  readonly executable?: boolean;
  /** Generated columns need not be stored, which not every database server knows; only where none is asked unless given. */
  readonly virtual?: boolean;
}

/** Two schemas to be compared. */
export interface SchemaPair {
  readonly from: Schema;
  readonly to: Schema;
}

type Kinds = readonly [OperationKind, ...OperationKind[]];
type Tapes = readonly (readonly number[])[];

const tape = fc.array(fc.nat(0xffff), { maxLength: 90, size: "max" });

/** The namespaces, the enums, the tables and some more operations that a schema begins with. */
const beginning = () => fc.tuple(tapes(0, 2), tapes(0, 5), tapes(0, 6), tapes(0, 2));

function begin(
  [enums, tables, more, namespaces]: readonly [Tapes, Tapes, Tapes, Tapes],
  circumstances: Circumstances,
): Schema {
  const withNamespaces = grow(EMPTY_SCHEMA, namespaces, circumstances, ["createSchema"]).schema;
  const withEnums = grow(withNamespaces, enums, circumstances, ["createEnum"]).schema;
  const withTables = grow(withEnums, tables, circumstances, ["createTable"]).schema;
  return grow(withTables, more, circumstances).schema;
}

const tapes = (minLength: number, maxLength: number): fc.Arbitrary<Tapes> =>
  fc.array(tape, { minLength, maxLength, size: "max" });

/** A schema with all that a schema can have. */
export function anySchema(options: HistoryOptions = {}): fc.Arbitrary<Schema> {
  return beginning().map((tapes) =>
    printable(begin(tapes, circumstancesOf({ ...options, executable: true }))),
  );
}

/** A schema and operations that fit it; any kind of operation, and changes of type that no database could make. */
export function anyHistory(options: HistoryOptions = {}): fc.Arbitrary<History> {
  return fc.tuple(beginning(), tapes(1, 14)).map(([first, then]) => {
    const circumstances = circumstancesOf(options);
    const schema = begin(first, circumstances);
    return printable({ schema, operations: grow(schema, then, circumstances).operations });
  });
}

/** A schema whose tables hold rows, and operations that the rows survive, also inverted in reverse order. */
export function filledHistory(options: HistoryOptions = {}): fc.Arbitrary<FilledHistory> {
  return fc.tuple(beginning(), tapes(1, 8)).map(([first, then]) => {
    const circumstances = circumstancesOf({ ...options, executable: true });
    const schema = begin(first, circumstances);
    const filled = new FilledTables(schema);
    return printable({
      schema,
      operations: grow(schema, then, { ...circumstances, filled }).operations,
      filled,
    });
  });
}

/** Two schemas: mostly the second is the first after some operations, now and then they have nothing in common. */
export function schemaPair(options: HistoryOptions = {}): fc.Arbitrary<SchemaPair> {
  const related = anyHistory(options).map(({ schema: from, operations }): SchemaPair => {
    const to = operations.reduce((next, operation) => applyOperation(operation, next), from);
    return { from, to };
  });
  const unrelated = fc
    .record({ from: anySchema(options), to: anySchema(options) })
    .filter((pair) => options.executable !== true || everyColumnCanConvert(pair));
  return fc
    .oneof({ weight: 3, arbitrary: related }, { weight: 1, arbitrary: unrelated })
    .map(withKept)
    .map(printable);
}

/** The difference of two schemas drops no namespace and no extension. */
function withKept({ from, to }: SchemaPair): SchemaPair {
  const namespaces = [...from.namespaces.values(), ...to.namespaces.values()];
  const extensions = sortedNames([...from.extensions, ...to.extensions]);
  return { from, to: schemaOf(to.tables.values(), to.enums.values(), namespaces, extensions) };
}

/** True if every column that is in both schemas has types that every database converts, in both directions. */
export function everyColumnCanConvert({ from, to }: SchemaPair): boolean {
  return [...from.tables.values()].every((table) =>
    table.columns.every((column) => {
      const after = to.tables.get(table.name)?.columns.find(({ name }) => name === column.name);
      return after === undefined || areConvertible(column.type, after.type);
    }),
  );
}

/** The same, and a counterexample is printed with its tables. */
function printable<T extends object>(value: T): T {
  const plain = (_: string, part: unknown) =>
    part instanceof PersistentMap || part instanceof TableMap ? [...part.values()] : part;
  return { ...value, [fc.toStringMethod]: () => JSON.stringify(value, plain) };
}

function circumstancesOf({ executable = false, virtual = !executable }: HistoryOptions): Circumstances {
  const memory: Memory = { names: new Set(OWN_TABLES), columnNames: new Map() };
  return { memory, executable, virtual, special: !executable };
}

/** Each tape is one operation, or none where its choices lead nowhere. */
function grow(start: Schema, steps: Tapes, circumstances: Circumstances, kinds?: Kinds): History {
  const operations: Operation[] = [];
  let schema = start;
  for (const step of steps) {
    const operation = randomOperation(new Chooser(step), schema, circumstances, kinds);
    if (operation === undefined) continue;
    operations.push(operation);
    schema = applyOperation(operation, schema);
    circumstances.filled?.follow(operation, schema);
  }
  return { schema, operations };
}
