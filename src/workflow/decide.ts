import { MigrationError } from "../errors.ts";
import { groupsOf } from "../executor/groups.ts";
import type { HalfApplied } from "../executor/journal.ts";
import { hashOf } from "../executor/step-hashes.ts";
import { backwardUnit, forwardUnit, schemaAfter, type Unit } from "../executor/unit.ts";
import type { Decision, ResolveOptions } from "../manager-options.ts";
import { resolveMigration } from "../migrations/resolve.ts";
import { replay } from "../migrations/state.ts";
import { describeOperation, touchedBy } from "../operations/handlers.ts";
import type { DialectName } from "../schema/expression.ts";
import type { Schema } from "../schema/schema.ts";
import { compareDatabase } from "../verifier/drift.ts";
import { requireDetails } from "./details.ts";
import { blocked, halfApplied } from "./half-applied.ts";
import { type History, loadHistory, meaningOf } from "./history.ts";
import { locked } from "./locked.ts";
import { createRecords } from "./records.ts";
import { type Database, namesOf, requireFiles, type Workspace } from "./workspace.ts";

/** See MigrationManager.resolve. */
export async function decide(
  workspace: Workspace,
  target: string,
  { decision, lock = {} }: ResolveOptions,
): Promise<string> {
  const files = await workspace.files();
  const known = namesOf(files);
  const name = resolveMigration(known, target);
  return await locked(workspace, lock, async (confirm) => {
    const database = await workspace.database();
    const { connection, dialect, recorder } = database;
    const applied = (await recorder.names(connection)) ?? (await createRecords(workspace));
    const half = await halfApplied(workspace);
    if (half !== undefined && half.name !== name) throw blocked(half, known.includes(half.name));
    const history = await loadHistory(workspace, files, applied);
    requireFiles(history.unknown);
    checkDecision(history, name, applied, half, decision);
    const unit = unitOf(history, name, applied, half, dialect.name);
    await show(workspace, unit, half, decision);
    if (decision === "applied") await requireDetails(workspace);
    const notes = notesOf(database, history, unit, half, decision);
    try {
      await connection.execute([dialect.begin, ...confirm, ...notes, "COMMIT"]);
    } catch (error) {
      await connection.execute(["ROLLBACK"]).catch(() => {});
      throw error;
    }
    return name;
  });
}

/** @throws MigrationError where the decision changes nothing, or leaves a history that cannot be */
function checkDecision(
  { graph }: History,
  name: string,
  applied: readonly string[],
  half: HalfApplied | undefined,
  decision: Decision,
): void {
  const isApplied = applied.includes(name);
  const state = isApplied ? "applied" : "not applied";
  if (half === undefined && (decision === "resume" || isApplied === (decision === "applied"))) {
    throw new MigrationError(
      `${name} is ${state}, and not in part`,
      "there is nothing to decide: yara-orm heads shows what is applied",
    );
  }
  const missing =
    decision === "applied" ? graph.parents(name).find((parent) => !applied.includes(parent)) : undefined;
  if (missing !== undefined) {
    throw new MigrationError(
      `${name} depends on ${missing}, which is not applied`,
      `yara-orm upgrade ${missing}`,
    );
  }
  const child =
    decision === "reverted" ? applied.find((other) => graph.parents(other).includes(name)) : undefined;
  if (child !== undefined) {
    throw new MigrationError(`${child} is applied, and depends on ${name}`, `yara-orm downgrade ${name}`);
  }
}

/** The migration in the direction in which it was going, or would go. */
function unitOf(
  { graph }: History,
  name: string,
  applied: readonly string[],
  half: HalfApplied | undefined,
  dialect: DialectName,
): Unit {
  const before = replay(graph.order.filter((other) => applied.includes(other.name) && other.name !== name));
  const migration = graph.get(name);
  return half?.direction === "backward"
    ? backwardUnit(migration, before, dialect)
    : forwardUnit(migration, before, dialect);
}

/** Tells what is done of it, and how its tables differ from what the decision says they are. */
async function show(
  workspace: Workspace,
  unit: Unit,
  half: HalfApplied | undefined,
  decision: Decision,
): Promise<void> {
  const { connection, dialect } = await workspace.database();
  const groups = groupsOf(unit, dialect);
  const steps = groups.map((group) => {
    const operations = [...new Set(group.operations)].flatMap((at) => unit.changes[at]?.operation ?? []);
    return operations.map(describeOperation).join(", ");
  });
  const done = groups
    .slice(0, half?.done ?? 0)
    .at(-1)
    ?.changes.at(-1)?.after;
  const expected = decision === "resume" ? (done ?? start(unit)) : end(unit, decision);
  const { differences } = await compareDatabase({ connection, dialect }, expected);
  const touched = unit.changes.map(({ operation }) => touchedBy(operation));
  const names = touched.flatMap((names) => (names === "everything" ? [] : names));
  workspace.emit({
    kind: "inspected",
    name: unit.name,
    half,
    steps,
    differences: differences.filter(({ path }) => names.some((other) => isPathOf(other, path))),
  });
}

function isPathOf(touched: string, path: string): boolean {
  const name = touched.replace(/^\w+:/, "");
  return path.replace(/^\w+ /, "").split(", ", 1)[0] === name;
}

function start(unit: Unit): Schema {
  const [first] = unit.changes;
  return first?.before ?? replay([]);
}

function end(unit: Unit, decision: Decision): Schema {
  const isEnd = (decision === "applied") === (unit.direction === "forward");
  return isEnd ? schemaAfter(unit, start(unit)) : start(unit);
}

function notesOf(
  { dialect, recorder, details, journal }: Database,
  { graph, hasDetails }: History,
  unit: Unit,
  half: HalfApplied | undefined,
  decision: Decision,
): string[] {
  const { name } = unit;
  const ended = half === undefined ? [] : [journal.end()];
  switch (decision) {
    case "applied":
      return [...ended, recorder.insert(name), details.insert(name, meaningOf(graph, name))];
    case "reverted":
      return [...ended, recorder.delete(name), ...(hasDetails ? [details.delete(name)] : [])];
    case "resume": {
      const groups = groupsOf(unit, dialect);
      const [total, done] = [groups.length, Math.min(half?.done ?? 0, groups.length)];
      return half === undefined
        ? []
        : [journal.update({ ...half, done, total, doing: false, steps: groups.map(hashOf) })];
    }
  }
}
