import type { Connection, DatabaseRow } from "../connection/connection.ts";
import type { RowCopy } from "../dialects/dialect.ts";
import { DatabaseError } from "../errors.ts";

/** How far the copy of a table's rows is. */
export interface CopyEvent {
  readonly kind: "copying";
  /** The table. */
  readonly table: string;
  /** How many rows are copied. */
  readonly rows: number;
  /** The part of all rows that this is, from 0 to 1, judged by their numbers. */
  readonly part: number;
}

/** Such a copy has come to its end. */
export interface CopiedEvent {
  readonly kind: "copied";
  readonly table: string;
}

/** A table with fewer rows is copied by one statement. */
const FIRST_PART = 1_000;

/** A part that took less is followed by one twice as large, one that took more by one half as large. */
const SHORT_MS = 20;
const LONG_MS = 80;

/**
 * Copies many rows in parts, in the transaction that is open: between two of them a signal is heard, and `tell` hears how far
 * it is. Returns false, and has done nothing, where the rows are few, or have no numbers (https://www.sqlite.org/withoutrowid.html).
 */
export async function copyInParts(
  connection: Connection,
  { table, ends, place, part }: RowCopy,
  tell: ((event: CopyEvent | CopiedEvent) => void) | undefined,
): Promise<boolean> {
  let size = FIRST_PART;
  const next = async (after: bigint | undefined) => bigintIn(await connection.query(place(after, size)));
  let upTo: bigint | undefined;
  try {
    upTo = await next(undefined);
  } catch (error) {
    if (error instanceof DatabaseError && error.message.startsWith("no such column")) return false;
    throw error;
  }
  if (upTo === undefined) return false;
  const [row = {}] = await connection.query(ends);
  const [first, last] = [Number(row.first), Number(row.last)];
  let after: bigint | undefined;
  for (let rows = 0; ; ) {
    const begun = performance.now();
    await connection.execute([part(after, upTo)]);
    if (upTo === undefined) break;
    rows += size;
    tell?.({ kind: "copying", table, rows, part: (Number(upTo) - first) / (last - first || 1) });
    after = upTo;
    const tookMs = performance.now() - begun;
    if (tookMs < SHORT_MS) size *= 2;
    else if (tookMs > LONG_MS) size = Math.ceil(size / 2);
    upTo = await next(after);
  }
  tell?.({ kind: "copied", table });
  return true;
}

/** The place in the only row; undefined where there is none. */
function bigintIn([row]: readonly DatabaseRow[]): bigint | undefined {
  const place = row?.place;
  return typeof place === "number" || typeof place === "bigint" ? BigInt(place) : undefined;
}
