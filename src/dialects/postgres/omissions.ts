import type { Operation } from "../../operations/types.ts";

/** What PostgreSQL leaves out of an operation, in words for people. */
export function omissions(operation: Operation): string[] {
  if (operation.kind !== "createTrigger" || operation.trigger.postgres !== undefined) return [];
  const { name, table } = operation.trigger;
  return [`trigger ${name} of ${table} is left out on PostgreSQL: it has no body for it`];
}
