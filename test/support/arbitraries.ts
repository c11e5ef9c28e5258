import fc from "fast-check";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { PersistentMap } from "../../src/schema/persistent-map.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { Chooser } from "./chooser.ts";
import { FilledTables } from "./filled-tables.ts";
import { type Circumstances, randomOperation } from "./random-operation.ts";
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
}

/** Two schemas to be compared. */
export interface SchemaPair {
  readonly from: Schema;
  readonly to: Schema;
}

type Tapes = readonly (readonly number[])[];

const tape = fc.array(fc.nat(0xffff), { maxLength: 60, size: "max" });

const tapes = (minLength: number, maxLength: number): fc.Arbitrary<Tapes> =>
  fc.array(tape, { minLength, maxLength, size: "max" });

/** A schema with all that a schema can have. */
export function anySchema(): fc.Arbitrary<Schema> {
  return tapes(0, 12)
    .map((steps) => grow(EMPTY_SCHEMA, steps, circumstancesOf({ executable: true })).schema)
    .map(printable);
}

/** A schema and operations that fit it; any kind of operation, and changes of type that no database could make. */
export function anyHistory(options: HistoryOptions = {}): fc.Arbitrary<History> {
  return fc
    .tuple(tapes(0, 8), tapes(1, 14))
    .map(([before, steps]) => {
      const circumstances = circumstancesOf(options);
      const { schema } = grow(EMPTY_SCHEMA, before, circumstances);
      return { schema, operations: grow(schema, steps, circumstances).operations };
    })
    .map(printable);
}

/** A schema whose tables hold rows, and operations that the rows survive, also inverted in reverse order. */
export function filledHistory(): fc.Arbitrary<FilledHistory> {
  return fc
    .tuple(tapes(1, 8), tapes(1, 8))
    .map(([before, steps]) => {
      const circumstances = circumstancesOf({ executable: true });
      const { schema } = grow(EMPTY_SCHEMA, before, circumstances);
      const filled = new FilledTables(schema);
      return { schema, operations: grow(schema, steps, { ...circumstances, filled }).operations, filled };
    })
    .map(printable);
}

/** Two schemas: mostly the second is the first after some operations, now and then they have nothing in common. */
export function schemaPair(options: HistoryOptions = {}): fc.Arbitrary<SchemaPair> {
  const related = anyHistory(options).map(({ schema: from, operations }): SchemaPair => {
    const to = operations.reduce((next, operation) => applyOperation(operation, next), from);
    return { from, to };
  });
  const unrelated = fc
    .record({ from: anySchema(), to: anySchema() })
    .filter((pair) => options.executable !== true || everyColumnCanConvert(pair));
  return fc.oneof({ weight: 3, arbitrary: related }, { weight: 1, arbitrary: unrelated }).map(printable);
}

/** True if every column that is in both schemas has types that every database converts, in both directions. */
function everyColumnCanConvert({ from, to }: SchemaPair): boolean {
  return [...from.tables.values()].every((table) =>
    table.columns.every((column) => {
      const after = to.tables.get(table.name)?.columns.find(({ name }) => name === column.name);
      return after === undefined || areConvertible(column.type, after.type);
    }),
  );
}

/** The same, and a counterexample is printed with its tables. */
function printable<T extends object>(value: T): T {
  const plain = (_: string, part: unknown) => (part instanceof PersistentMap ? [...part.values()] : part);
  return { ...value, [fc.toStringMethod]: () => JSON.stringify(value, plain) };
}

function circumstancesOf({ executable = false }: HistoryOptions): Circumstances {
  const memory: Memory = { names: new Set(["orm_migrations", "orm_lock"]), columnNames: new Map() };
  return { memory, executable, special: !executable };
}

/** Each tape is one operation, or none where its choices lead nowhere. */
function grow(start: Schema, steps: Tapes, circumstances: Circumstances): History {
  const operations: Operation[] = [];
  let schema = start;
  for (const step of steps) {
    const operation = randomOperation(new Chooser(step), schema, circumstances);
    if (operation === undefined) continue;
    operations.push(operation);
    schema = applyOperation(operation, schema);
    circumstances.filled?.follow(operation, schema);
  }
  return { schema, operations };
}
