import { CheckFailedError, MigrationError } from "../errors.ts";
import type { StoredDetails } from "../executor/details.ts";
import type { MigrationFile } from "../migrations/files.ts";
import { checkNumbers, linkGraph, type MigrationGraph } from "../migrations/graph.ts";
import { loadMigrations } from "../migrations/loader.ts";
import type { Migration } from "../migrations/migration.ts";
import { checksumOf, lostCode, type Meaning } from "../migrations/stored-migration.ts";
import { describeOperation } from "../operations/handlers.ts";
import { type EditedMigration, editedHint, editedText } from "../verifier/edited.ts";
import { describeChanges } from "./changes.ts";
import type { Workspace } from "./workspace.ts";

/** The migration files, and what the database has kept of those whose file is gone. */
export interface History {
  readonly graph: MigrationGraph;
  /** Applied, without a file, and known from the database alone. */
  readonly absent: ReadonlySet<string>;
  /** Applied, without a file, and what was in them is not known. */
  readonly unknown: readonly string[];
  readonly edited: readonly EditedMigration[];
  /** False: there is no table of details yet. */
  readonly hasDetails: boolean;
}

/**
 * Loads the files, unless they are given, and compares those that are applied with what was applied. Creates nothing.
 * @throws MigrationError for what `checkNumbers` refuses
 */
export async function loadHistory(
  workspace: Workspace,
  files: readonly MigrationFile[],
  applied: readonly string[],
  given?: readonly Migration[],
): Promise<History> {
  const history = await loadBranches(workspace, files, applied, given);
  checkNumbers(history.graph, history.absent, new Set(applied));
  return history;
}

/** The same for somebody who tells of branches, and does not stop at two that have one number. */
export async function loadBranches(
  workspace: Workspace,
  files: readonly MigrationFile[],
  applied: readonly string[],
  given?: readonly Migration[],
): Promise<History> {
  const loaded = given ?? (await loadMigrations(files));
  const { connection, details } = await workspace.database();
  const stored = applied.length === 0 ? undefined : await details.read(connection);
  const names = new Set(files.map(({ name }) => name));
  const missing = applied.filter((name) => !names.has(name));
  const unknown = missing.filter((name) => stored?.get(name)?.meaning === undefined);
  // With a gap in the history the schema is not known, whatever else is.
  const absent = unknown.length > 0 ? [] : missing.map((name) => restored(name, stored?.get(name)?.meaning));
  const absentNames = new Set(absent.map(({ name }) => name));
  const graph = linkGraph([...loaded, ...absent]);
  const edited = applied.flatMap((name) => editedOf(graph, name, names, stored?.get(name)));
  return { graph, absent: absentNames, unknown, edited, hasDetails: stored !== undefined };
}

function restored(name: string, meaning: Meaning | undefined): Migration {
  if (meaning === undefined) throw new MigrationError(`what was in ${name} is not known`);
  return { name, path: "", ...meaning };
}

function editedOf(
  graph: MigrationGraph,
  name: string,
  files: ReadonlySet<string>,
  stored: StoredDetails | undefined,
): EditedMigration[] {
  if (stored === undefined || !files.has(name)) return [];
  const meaning = meaningOf(graph, name);
  if (stored.checksum === checksumOf(meaning)) return [];
  if (stored.meaning === undefined) return [{ name, changes: [] }];
  const changes = describeChanges(stored.meaning, meaning);
  // Another version may compute another checksum of the same.
  return changes.length === 0 ? [] : [{ name, changes }];
}

/** What a migration says, its dependencies by full name. */
export function meaningOf(graph: MigrationGraph, name: string): Meaning {
  const { operations, atomic } = graph.get(name);
  return { dependencies: graph.parents(name), operations, atomic };
}

/** Tells of edited migrations. @throws CheckFailedError with `strict` */
export function tellEdited({ emit }: Workspace, edited: readonly EditedMigration[], strict: boolean): void {
  if (edited.length === 0) return;
  if (!strict) {
    for (const { name, changes } of edited) emit({ kind: "edited", name, changes });
    return;
  }
  throw new CheckFailedError(editedText(edited), { edited }, editedHint(edited));
}

/** Nothing is reverted by code that is not there. @throws MigrationError naming migration and operation */
export function requireCode({ graph, absent }: History, names: readonly string[]): void {
  for (const name of names) {
    const [at] = absent.has(name) ? lostCode(graph.get(name)) : [];
    const operation = at === undefined ? undefined : graph.get(name).operations[at];
    if (at === undefined || operation === undefined) continue;
    throw new MigrationError(
      `${name} cannot be reverted: its file is missing, and operation ${at + 1} (${describeOperation(operation)}) is code, which the database does not keep`,
      "bring the file back (from version control, or another branch)",
    );
  }
}
