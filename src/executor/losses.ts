import type { Connection } from "../connection/connection.ts";
import type { Change, Dialect } from "../dialects/dialect.ts";
import { ConnectionError, DatabaseError, type Loss, MOST_COUNTED } from "../errors.ts";
import { describeOperation } from "../operations/handlers.ts";
import { narrows } from "../schema/narrowing.ts";
import { findColumn, isGenerated } from "../schema/table.ts";
import { operationsDone } from "./groups.ts";
import type { HalfApplied } from "./journal.ts";
import { LiveNames } from "./live-names.ts";
import type { Unit } from "./unit.ts";

/** A loss if there is any row. */
interface PossibleLoss extends Omit<Loss, "rows"> {
  /** The rows, as they stand behind FROM. */
  readonly held: string;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * What of the rows in the database these units would lose: of tables and columns that they drop, and of columns that get
 * a narrower type. Nothing is lost of what is empty, made by an earlier one of them or of `ran`, which this run has run
 * before, or done already of the one that is applied in part. Only reads.
 */
export async function findLosses(
  { connection, dialect }: { readonly connection: Connection; readonly dialect: Dialect },
  units: readonly Unit[],
  { half, ran = [], most = MOST_COUNTED }: Judged = {},
): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const { held, ...loss } of possibleLosses(units, dialect, half, ran)) {
    const rows = await countRows(connection, `SELECT 1 FROM ${held} LIMIT ${most}`);
    if (rows !== 0) losses.push(rows === undefined ? loss : { ...loss, rows });
  }
  return losses;
}

/** What is known where losses are looked for. */
interface Judged {
  readonly half?: HalfApplied | undefined;
  readonly ran?: readonly Unit[];
  /** Up to how many rows are counted: with 1 it is only known that there is one, without a look at all of a large table. */
  readonly most?: number | undefined;
}

/** True for a unit that loses something where there is something to lose. */
export function canLose({ changes }: Unit): boolean {
  return changes.some(isDestructive);
}

/** True for an operation that loses something where there is something to lose. */
export function isDestructive({ operation, before }: Change): boolean {
  const column = "column" in operation && "table" in operation ? operation.column : undefined;
  const name = typeof column === "string" ? column : column?.name;
  const table =
    "table" in operation && typeof operation.table === "string"
      ? before.tables.get(operation.table)
      : undefined;
  const old = table === undefined || name === undefined ? undefined : findColumn(table, name);
  switch (operation.kind) {
    case "dropTable":
      return true;
    case "dropColumn":
      // What is computed is there again as soon as the column is.
      return old === undefined || !isGenerated(old);
    case "alterColumn": {
      const computed = isGenerated(operation.column) || (old !== undefined && isGenerated(old));
      if (old === undefined || computed) return false;
      return operation.using !== undefined || narrows(old.type, operation.column.type);
    }
    default:
      return false;
  }
}

function possibleLosses(
  units: readonly Unit[],
  dialect: Dialect,
  half: HalfApplied | undefined,
  ran: readonly Unit[],
): PossibleLoss[] {
  if (!units.some(canLose)) return [];
  const names = new LiveNames();
  // As the database called it when the run began: what it did not have, the run has made.
  const before = new LiveNames();
  // What an earlier run has done of the one that is applied in part, it has found.
  const doneOf = (unit: Unit) => (half?.name === unit.name ? operationsDone(unit, dialect, half.done) : NONE);
  for (const unit of ran) {
    const done = doneOf(unit);
    for (const [at, { operation }] of unit.changes.entries()) if (!done.has(at)) before.follow(operation);
  }
  return units.flatMap((unit) => {
    const done = doneOf(unit);
    return unit.changes.flatMap((change, at) => {
      if (done.has(at)) return [];
      const judged = isDestructive(change) && placeOf(change, before, dialect) !== undefined;
      const place = judged ? placeOf(change, names, dialect) : undefined;
      names.follow(change.operation);
      before.follow(change.operation);
      const number = unit.direction === "forward" ? at + 1 : unit.changes.length - at;
      return place === undefined
        ? []
        : [{ migration: unit.name, operation: number, what: describeOperation(change.operation), ...place }];
    });
  });
}

/** Where the rows are now that a destructive change would lose; undefined where there can be none. */
function placeOf(
  { operation }: Change,
  names: LiveNames,
  dialect: Dialect,
): Pick<PossibleLoss, "table" | "column" | "how" | "held"> | undefined {
  if (!("table" in operation) || typeof operation.table !== "string") return undefined;
  const table = names.table(operation.table);
  if (table === undefined) return undefined;
  const rows = dialect.quoteTable(table);
  if (operation.kind === "dropTable") return { table, how: "dropped", held: rows };
  if (operation.kind !== "dropColumn" && operation.kind !== "alterColumn") return undefined;
  const given = operation.kind === "dropColumn" ? operation.column : operation.column.name;
  const column = names.column(operation.table, given);
  const how = operation.kind === "dropColumn" ? "dropped" : "narrowed";
  if (column === undefined) return undefined;
  // Qualified, because SQLite takes an unknown "name" for a text, which every row would hold.
  return { table, column, how, held: `${rows} WHERE ${rows}.${dialect.quote(column)} IS NOT NULL` };
}

/** How many rows; undefined where they may not be looked at: there may be any. */
async function countRows(connection: Connection, rows: string): Promise<number | undefined> {
  try {
    const [row] = await connection.query(`SELECT count(*) AS "found" FROM (${rows}) AS "some"`);
    return Number(row?.found ?? 0);
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    // What is not there holds nothing, and the migration itself will say so.
    if (!(error instanceof DatabaseError)) throw error;
    const isGone = error.details.sqlState === "42P01" || error.details.sqlState === "42703";
    return isGone || /^no such (table|column)/.test(error.message) ? 0 : undefined;
  }
}
