import { detectChanges } from "../detect.ts";
import { UsageError } from "../errors.ts";
import { isMissing } from "../file-kind.ts";
import type { MakeMigrationsOptions } from "../manager-options.ts";
import { createDirectory } from "../migrations/directory.ts";
import type { MigrationGraph } from "../migrations/graph.ts";
import { checkLabel, labelFor } from "../migrations/label.ts";
import type { Migration } from "../migrations/migration.ts";
import { nextNumber } from "../migrations/name.ts";
import { replay } from "../migrations/state.ts";
import { writeMigration } from "../migrations/write.ts";
import { loadModels } from "../model-modules.ts";
import type { AnyModel } from "../models/model.ts";
import { asFinding, type CheckResult, requireNothingFound } from "./check-result.ts";
import { namesOf, type Workspace } from "./workspace.ts";

/** Models, and modules that export them; undefined: those in the usual places. */
export type ModelsOption = readonly (string | AnyModel)[] | undefined;

/** See MigrationManager. What only a change needs is loaded where there is one. */
export async function makeMigrations(
  workspace: Workspace,
  from: ModelsOption,
  options: MakeMigrationsOptions,
): Promise<string | null> {
  const [way, other] = (["merge", "empty", "check"] as const).filter((one) => options[one] === true);
  if (other !== undefined) throw new UsageError(`${way} and ${other} exclude each other`);
  const label = options.name === undefined ? undefined : checkLabel(options.name);
  if (options.merge === true) {
    const { merge } = await import("./merge.ts");
    return await merge(workspace, label ?? "merge");
  }
  const graph = await workspace.graph(await filesOf(workspace));
  const dependencies = graph.singleLeaf();
  const nameFor = (chosen: string) =>
    `${nextNumber(graph.order.map((migration) => migration.name))}_${chosen}`;
  const write = (name: string, text: string) => {
    createDirectory(workspace.directory);
    return writeMigration(workspace.directory, name, text);
  };
  if (options.empty === true) {
    const { printEmptyMigration } = await import("../source/migration-file.ts");
    return write(nameFor(label ?? "empty"), printEmptyMigration(dependencies));
  }

  const { state, operations, hasModels } = await changesOf(graph.order, from, options);
  if (operations.length === 0) return null;
  if (options.check === true) requireNothingFound({ operations, pending: [] }, { hasModels });
  workspace.emit({ kind: "detected", operations });
  const derived = graph.order.length === 0 ? "initial" : labelFor(operations);
  const name = nameFor(label ?? derived);
  if (options.verify !== false) {
    const { verifyNew } = await import("../verifier/new-migration.ts");
    const lenient = options.forSqlite !== true;
    options.onVerified?.(
      await verifyNew(name, operations, state, { lenient, onRefusedBack: options.onRefusedBack }),
    );
  }
  const { printMigration } = await import("../source/migration-file.ts");
  return write(name, printMigration({ dependencies, operations }));
}

/** See MigrationManager. */
export async function check(workspace: Workspace, from: ModelsOption): Promise<CheckResult> {
  const { operations, files, loaded, hasModels } = await asFinding(async () => {
    const files = await filesOf(workspace);
    const graph = await workspace.graph(files);
    await requireOneLeaf(workspace, graph);
    return { files, loaded: graph.order, ...(await changesOf(graph.order, from, { check: true })) };
  });
  const { findInDatabase } = await import("./findings.ts");
  const found = await findInDatabase(workspace, files, loaded);
  return requireNothingFound({ operations, ...found }, { hasModels, files: namesOf(files) });
}

/** What leads from these migrations, one after the other, to the models. Throws like `detectChanges`. */
async function changesOf(
  migrations: readonly Migration[],
  from: ModelsOption,
  options: MakeMigrationsOptions,
) {
  const state = replay(migrations);
  const models = await modelsOf(from, options.allowDestructive === true || hadTables(migrations));
  const operations = await detectChanges(state, models, options);
  return { state, operations, hasModels: models.length > 0 };
}

/** @throws MigrationError where there are several */
async function requireOneLeaf(workspace: Workspace, graph: MigrationGraph): Promise<void> {
  if (graph.leaves().length <= 1) return;
  const { appliedNames } = await import("./findings.ts");
  graph.singleLeaf(undefined, await appliedNames(workspace));
}

async function filesOf(workspace: Workspace) {
  return isMissing(workspace.directory) ? [] : await workspace.files();
}

async function modelsOf(from: ModelsOption, allowNone: boolean): Promise<AnyModel[]> {
  if (from === undefined) return await loadModels(undefined, { allowNone });
  const modules = from.filter((entry) => typeof entry === "string");
  const given = from.filter((entry) => typeof entry !== "string");
  return modules.length === 0 ? given : [...given, ...(await loadModels(modules, { allowNone }))];
}

/** Where there were tables, there may be no model any more. */
function hadTables(migrations: readonly Migration[]): boolean {
  return migrations.some(({ operations }) => operations.some(({ kind }) => kind === "createTable"));
}
