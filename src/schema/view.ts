import type { Expression } from "./expression.ts";

/** A query under a name. */
export interface View {
  readonly name: string;
  /** The query, without a `;` at its end. */
  readonly definition: Expression;
  /** Its rows are kept until they are refreshed (PostgreSQL; a plain view on SQLite). */
  readonly materialized?: true;
}

export type TriggerEvent = "insert" | "update" | "delete";

/** What a database does by itself when rows of a table, or of a view, change. */
export interface Trigger {
  readonly name: string;
  /** The table; with `insteadOf` a view. */
  readonly table: string;
  readonly timing: "before" | "after" | "insteadOf";
  readonly events: readonly TriggerEvent[];
  /** An update counts only if it sets one of these columns. */
  readonly columns?: readonly string[];
  /** Once for a statement instead of once for each row (PostgreSQL). */
  readonly forEach?: "statement";
  readonly when?: Expression;
  /**
   * The body of a PL/pgSQL function that comes and goes with the trigger, or the call of a function that exists.
   * Without it PostgreSQL has no such trigger.
   */
  readonly postgres?: string | { readonly execute: string };
  /** The statements between BEGIN and END. Without it SQLite has no such trigger. */
  readonly sqlite?: string;
}

/** What tells triggers apart: on PostgreSQL two tables can each have one of the same name. */
export function triggerKey({ table, name }: Pick<Trigger, "table" | "name">): string {
  return `${name} on ${table}`;
}

/** The texts of a view on the databases. */
export function viewTexts({ definition }: View): string[] {
  return typeof definition === "string" ? [definition] : [definition.postgres, definition.sqlite];
}

/** The SQL texts of a trigger on the databases. */
export function triggerTexts({ when, postgres, sqlite }: Trigger): string[] {
  const conditions = when === undefined ? [] : typeof when === "string" ? [when] : Object.values(when);
  const call = typeof postgres === "string" ? postgres : postgres?.execute;
  return [...conditions, call, sqlite].filter((text) => text !== undefined);
}
