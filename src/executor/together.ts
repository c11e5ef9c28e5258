import type { TransactionsOutcome } from "../connection/connection.ts";
import type { Operation } from "../operations/types.ts";
import type { Column } from "../schema/table.ts";
import { watchBlockers } from "./contention.ts";
import { prepareAhead } from "./prepared.ts";
import type { Recording, Target } from "./target.ts";
import type { Unit } from "./unit.ts";

/** A migration as one transaction of statements that need no answer in between. */
export interface Transaction {
  readonly unit: Unit;
  readonly statements: readonly string[];
}

/**
 * Makes the statements of a unit that may be sent together with others: it does not take long, whatever is in the tables.
 * Undefined for any other, which is made ahead all the same; what cannot be made is told when its turn comes.
 */
export function transactionAhead(target: Target, unit: Unit, recording: Recording): Transaction | undefined {
  const statements = prepareAhead(target, unit, recording);
  const canSend = target.connection.executeTransactions !== undefined && target.pooled !== true;
  const mayGo = canSend && recording.half === undefined && isQuick(unit);
  return statements === undefined || !mayGo ? undefined : { unit, statements };
}

/** Runs transactions, each for itself, in one round trip. The first that fails is undone, and none after it runs. */
export async function runTogether(
  target: Target,
  transactions: readonly Transaction[],
): Promise<TransactionsOutcome> {
  const [first, last] = [transactions[0], transactions.at(-1)];
  const { connection, tell } = target;
  if (first === undefined || last === undefined) return { committed: 0 };
  const name = `one of ${first.unit.name} to ${last.unit.name}`;
  const stop = watchBlockers(target, first.unit, (blockers, areOthers) => {
    if (areOthers) tell?.({ kind: "blocked", name, blockers });
  });
  try {
    const sent = connection.executeTransactions?.(transactions.map(({ statements }) => statements));
    return (await sent) ?? { committed: 0 };
  } finally {
    stop();
  }
}

/** True for what reads no row: new things, what belongs to them, and columns that are empty. */
function isQuick({ changes }: Unit): boolean {
  const created = new Set<string>();
  return changes.every(({ operation }) => {
    if (operation.kind === "createTable") created.add(operation.table.name);
    return isQuickOn(operation, created);
  });
}

function isQuickOn(operation: Operation, created: ReadonlySet<string>): boolean {
  switch (operation.kind) {
    case "createTable":
    case "createEnum":
    case "createSchema":
    case "alterComment":
      return true;
    case "createIndex":
    case "addConstraint":
      return created.has(operation.table);
    case "addColumn": {
      const { table, column, unique, foreignKey, fill } = operation;
      const isPlain = unique === undefined && foreignKey === undefined && fill === undefined;
      return created.has(table) || (isPlain && isEmpty(column));
    }
    default:
      return false;
  }
}

/** True for a column in which the rows that exist have nothing. */
function isEmpty({ nullable, default: given, generated, autoIncrement }: Column): boolean {
  return nullable && given === undefined && generated === undefined && autoIncrement === undefined;
}
