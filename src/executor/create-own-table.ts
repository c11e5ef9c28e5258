import type { Dialect } from "../dialects/dialect.ts";
import { applyOperation } from "../operations/handlers.ts";
import type { CreateTable } from "../operations/types.ts";
import { EMPTY_SCHEMA } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";

/** The statements that create a table of the tool's own. */
export function creating(table: Table, dialect: Dialect): string[] {
  const operation: CreateTable = { kind: "createTable", table };
  const change = { operation, before: EMPTY_SCHEMA, after: applyOperation(operation, EMPTY_SCHEMA) };
  return dialect.render([change]).steps.flatMap((step) => (step.kind === "sql" ? [step.sql] : []));
}
