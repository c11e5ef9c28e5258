import { heldText } from "../errors.ts";
import type { PlannedMigration, TrialResult } from "../manager-options.ts";
import type { Report } from "../terminal/output.ts";

/** What would run, for people and as data. */
export function planReport(plan: readonly PlannedMigration[], nothing: string): Report {
  const lines = plan.flatMap((migration) => [
    headOf(migration),
    ...migration.operations.map((operation) => `  ${operation.what}${noteOf(operation)}`),
  ]);
  return { lines: lines.length === 0 ? [nothing] : lines, data: { plan } };
}

function headOf({ name, atomic, progress }: PlannedMigration): string {
  const verb = progress?.direction === "backward" ? "reverted" : "applied";
  const notes = [
    ...(atomic ? [] : ["not in one transaction"]),
    ...(progress === undefined
      ? []
      : [`${verb} in part: ${progress.done} of ${progress.total} steps are done, this is left`]),
  ];
  return notes.length === 0 ? name : `${name}  (${notes.join("; ")})`;
}

function noteOf({ kind, destructive, loses, rows }: PlannedMigration["operations"][number]): string {
  if (loses !== undefined)
    return `  (destructive: ${heldText(loses, kind === "dropTable" ? "row" : "value", rows)})`;
  return destructive ? "  (destructive, but there is nothing to lose)" : "";
}

/** What a dry run has done. */
export function trialReport({ tried, notTried }: TrialResult): Report {
  const lines = [
    tried.length === 0 ? "nothing to apply" : `would apply: ${tried.join(", ")}`,
    ...notTried.map(({ name, what }) => `not tried: ${name}: ${what}`),
  ];
  return { lines, data: { tried, notTried } };
}
