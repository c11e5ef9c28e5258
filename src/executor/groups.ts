import type { Change, Dialect } from "../dialects/dialect.ts";
import type { StatementNature } from "../dialects/statement.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import type { Unit } from "./unit.ts";

/** A step of a migration: changes that run in one transaction, or one that runs in none. */
export interface Group {
  readonly changes: readonly Change[];
  /** For each change the index of its operation in the unit. */
  readonly operations: readonly number[];
  /** Outside a transaction. */
  readonly bare: boolean;
  /** What is known of the hand-written statements. */
  readonly natures: readonly StatementNature[];
}

/**
 * The steps of a unit. An atomic one is a single step unless something in it refuses a transaction: that stands alone, and
 * so does what comes before and after it. In one that is not atomic each piece of SQL or code of the user's stands alone,
 * while neighbouring operations on the schema keep one transaction: half a table rebuild is in nobody's interest.
 */
export function groupsOf(unit: Unit, dialect: Dialect): readonly Group[] {
  const groups: Piece[][] = [];
  for (const piece of piecesOf(unit, dialect)) {
    const last = groups.at(-1);
    if (last !== undefined && goesWith(last, piece, unit.atomic)) last.push(piece);
    else groups.push([piece]);
  }
  if (groups.length === 0) return [{ changes: [], operations: [], bare: false, natures: [] }];
  return groups.map((pieces) => ({
    changes: pieces.map(({ change }) => change),
    operations: pieces.map(({ operation }) => operation),
    bare: pieces.some(({ bare }) => bare),
    natures: pieces.flatMap(({ natures }) => natures),
  }));
}

/** The indexes of the operations that are done to their end where that many steps are. */
export function operationsDone(unit: Unit, dialect: Dialect, steps: number): ReadonlySet<number> {
  const groups = groupsOf(unit, dialect);
  const open = new Set(groups.slice(steps).flatMap(({ operations }) => operations));
  const begun = groups.slice(0, steps).flatMap(({ operations }) => operations);
  return new Set(begun.filter((operation) => !open.has(operation)));
}

/** True for a unit that happens completely or not at all. */
export function isOneTransaction(unit: Unit, dialect: Dialect): boolean {
  const [first, second] = groupsOf(unit, dialect);
  return second === undefined && first?.bare === false;
}

function goesWith(pieces: readonly Piece[], next: Piece, atomic: boolean): boolean {
  const last = pieces.at(-1);
  if (last === undefined || last.bare || next.bare || last.commit) return false;
  return atomic || last.operation === next.operation || (isSchema(last) && isSchema(next));
}

function isSchema({ change }: Piece): boolean {
  return change.operation.kind !== "runSQL";
}
