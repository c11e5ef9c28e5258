import { createsTrigger, readStatementText, splitStatements } from "../connection/statement-text.ts";
import type { Change, Dialect } from "../dialects/dialect.ts";
import { INSIDE, type StatementNature } from "../dialects/statement.ts";
import type { Operation, RunSQL } from "../operations/types.ts";
import { mentionsText } from "../schema/sql-tokens.ts";
import type { Unit } from "./unit.ts";

/** An operation, or one of its statements where those do not go together. */
export interface Piece {
  readonly change: Change;
  /** The index of the operation in the unit. */
  readonly operation: number;
  readonly bare: boolean;
  /** What follows needs it committed. */
  readonly commit: boolean;
  readonly natures: readonly StatementNature[];
}

/** The pieces of a unit in their order; without hand-written SQL and code, or anything concurrent, its operations. */
export function piecesOf(unit: Unit, dialect: Dialect): Piece[] {
  return unit.changes.flatMap((change, operation) => {
    const later = () => unit.changes.slice(operation + 1).map((next) => next.operation);
    return partsOf(change, unit.atomic, dialect, later).map((part) => ({ ...part, operation }));
  });
}

type Part = Omit<Piece, "operation">;

function partsOf(change: Change, atomic: boolean, dialect: Dialect, later: () => Operation[]): Part[] {
  const { operation } = change;
  const whole = { change, bare: false, commit: false, natures: [] };
  switch (operation.kind) {
    case "runSQL":
      return statementParts(change, operation, atomic, dialect, later);
    case "runCode":
      return [{ ...whole, bare: !atomic }];
    case "createIndex":
    case "dropIndex": {
      if (operation.concurrently !== true) return [whole];
      const natures = dialect
        .render([change])
        .steps.flatMap((step) => (step.kind === "sql" ? [dialect.statementNature(step.sql)] : []));
      return [{ ...whole, natures, bare: natures.some(({ transaction }) => transaction === "refused") }];
    }
    default:
      return [whole];
  }
}

function statementParts(
  change: Change,
  operation: RunSQL,
  atomic: boolean,
  dialect: Dialect,
  later: () => Operation[],
): Part[] {
  const texts = statementsFor(operation, dialect).flatMap((text) => separate(text, dialect));
  const parts = texts.map((text) => ({ text, nature: natureOf(text, dialect) }));
  const part = (
    sql: readonly string[],
    natures: readonly StatementNature[],
    bare: boolean,
    commit = false,
  ): Part => ({
    change: { ...change, operation: { ...operation, sql } },
    bare,
    commit,
    natures,
  });
  // Whoever begins a transaction of his own gets no other around it.
  const frames = !atomic && texts.some((text) => /^\s*(begin|start\s+transaction)\b/i.test(text));
  if (frames) return [part(texts, [], true)];
  if (parts.length === 0) return [part([], [], false)];
  return parts.map(({ text, nature }, at) => {
    const bare = nature.transaction === "refused" || (nature.transaction === "own" && !atomic);
    const following = () => [...texts.slice(at + 1), ...later().flatMap((next) => textsOf(next, dialect))];
    const value = nature.addsValue;
    const commit = value !== undefined && following().some((next) => mentions(next, value));
    return part([text], [nature], bare, commit);
  });
}

/** A text of several statements one by one where some of them do not go with the others. */
function separate(text: string, dialect: Dialect): string[] {
  if (readStatementText(text, dialect.name).count < 2 || hasBody(text, dialect)) return [text];
  const statements = splitStatements(text, dialect.name);
  const natures = statements.map((statement) => dialect.statementNature(statement));
  const differs = natures.some(
    ({ transaction, addsValue }) => transaction === "refused" || addsValue !== undefined,
  );
  return differs ? statements : [text];
}

/** The nature of a text that stays as it is. */
function natureOf(text: string, dialect: Dialect): StatementNature {
  if (hasBody(text, dialect)) return INSIDE;
  const natures = splitStatements(text, dialect.name).map((statement) => dialect.statementNature(statement));
  if (natures.length === 1) return natures[0] ?? INSIDE;
  return natures.some(({ transaction }) => transaction === "own") ? { transaction: "own" } : INSIDE;
}

/** True where statements stand inside of another one, and it cannot be taken apart. */
function hasBody(text: string, dialect: Dialect): boolean {
  return createsTrigger(readStatementText(text, dialect.name)) || /\bbegin\s+atomic\b/i.test(text);
}

function statementsFor({ sql }: RunSQL, { name }: Dialect): readonly string[] {
  return "postgres" in sql ? sql[name] : sql;
}

/** Where a later operation could use a value: its statements, or the text of its code. */
function textsOf(operation: Operation, dialect: Dialect): readonly string[] {
  if (operation.kind === "runSQL") return statementsFor(operation, dialect);
  return operation.kind === "runCode" ? [String(operation.forward)] : [];
}

function mentions(text: string, value: string): boolean {
  return mentionsText(text, value) || new RegExp(`["'\`]${RegExp.escape(value)}["'\`]`).test(text);
}
