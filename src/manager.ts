import { existsSync } from "node:fs";
import { diffSchemas } from "./autodetector/diff.ts";
import { sharingTables } from "./autodetector/sharing.ts";
import { withViewsOf } from "./autodetector/view-changes.ts";
import { detectChanges } from "./detect.ts";
import { dialectFor } from "./dialects/registry.ts";
import { UsageError } from "./errors.ts";
import type { LockOptions } from "./executor/lock.ts";
import type { AppliedMigration } from "./executor/recorder.ts";
import { sqlText } from "./executor/sql-text.ts";
import { unitsBackward, unitsForward } from "./executor/units.ts";
import type {
  DowngradeOptions,
  Head,
  InspectedModels,
  MakeMigrationsOptions,
  ManagerOptions,
  PlannedMigration,
  PlanOptions,
  ResolveOptions,
  Status,
  TrialResult,
  UpgradeOptions,
  VerifyOptions,
} from "./manager-options.ts";
import { createDirectory } from "./migrations/directory.ts";
import { checkLabel, labelFor } from "./migrations/label.ts";
import type { Migration } from "./migrations/migration.ts";
import { nextNumber } from "./migrations/name.ts";
import { planUpgrade } from "./migrations/plan.ts";
import { resolveMigration } from "./migrations/resolve.ts";
import { replay } from "./migrations/state.ts";
import { writeMigration } from "./migrations/write.ts";
import { loadModels } from "./model-modules.ts";
import { applicationDefaults } from "./models/application-defaults.ts";
import type { AnyModel } from "./models/model.ts";
import { neededExtensions } from "./models/needed-extensions.ts";
import { schemaFromModels } from "./models/to-schema.ts";
import type { DialectName } from "./schema/expression.ts";
import { schemaOf, tablesByName } from "./schema/schema.ts";
import { expressible } from "./source/expressible.ts";
import { printEmptyMigration, printMigration } from "./source/migration-file.ts";
import { printModels } from "./source/models-file.ts";
import { asFinding, type CheckResult, requireNothingFound } from "./verifier/check.ts";
import { verifyEverywhere } from "./verifier/databases.ts";
import { compareDatabase, type Drift } from "./verifier/drift.ts";
import { verifyNew } from "./verifier/new-migration.ts";
import type { VerifiedMigration } from "./verifier/verify.ts";
import { decide } from "./workflow/decide.ts";
import { downgrade } from "./workflow/downgrade.ts";
import { findInDatabase } from "./workflow/findings.ts";
import { halfApplied } from "./workflow/half-applied.ts";
import { loadHistory } from "./workflow/history.ts";
import { merge } from "./workflow/merge.ts";
import { dryRun, plan } from "./workflow/plan.ts";
import { rehash } from "./workflow/rehash.ts";
import { status } from "./workflow/status.ts";
import { upgrade } from "./workflow/upgrade.ts";
import { namesOf, requireFiles, Workspace } from "./workflow/workspace.ts";

/** The workflow of migrations; the commands are thin over it. Every method returns a promise. */
export class MigrationManager {
  readonly #workspace: Workspace;
  readonly #models: readonly (string | AnyModel)[] | undefined;

  constructor({
    directory = "migrations",
    app = "models",
    models,
    connection,
    signal,
    onEvent,
  }: ManagerOptions = {}) {
    this.#workspace = new Workspace({ directory, app, connection, signal, emit: onEvent ?? (() => {}) });
    this.#models = typeof models === "string" ? models.split(",").map((part) => part.trim()) : models;
  }

  /**
   * Creates the migrations directory where it is missing. Returns true if it did.
   * @throws UsageError where something else has its name
   */
  async init(): Promise<boolean> {
    return createDirectory(this.#workspace.directory);
  }

  /**
   * Writes the next migration file: what leads from the replayed files to the models. Needs no database.
   * Returns the file's name, or null where nothing changed.
   * @throws NeedsAnswerError where it would drop every table or questions are open, which the error carries,
   * MigrationError where the history has two ends,
   * CheckFailedError where nothing was to be written, but would be, or where the migration does not hold
   */
  async makeMigrations(options: MakeMigrationsOptions = {}): Promise<string | null> {
    const label = options.name === undefined ? undefined : checkLabel(options.name);
    if (options.merge === true) return await merge(this.#workspace, label ?? "merge");
    const graph = await this.#workspace.graph(
      existsSync(this.#workspace.directory) ? await this.#workspace.files() : [],
    );
    const dependencies = graph.singleLeaf();
    const nameFor = (chosen: string) =>
      `${nextNumber(graph.order.map((migration) => migration.name))}_${chosen}`;
    const write = async (name: string, text: string) => {
      await this.init();
      return writeMigration(this.#workspace.directory, name, text);
    };
    if (options.empty === true)
      return await write(nameFor(label ?? "empty"), printEmptyMigration(dependencies));

    const state = replay(graph.order);
    const models = await this.#loadModels(options.allowDestructive === true || hadTables(graph.order));
    const operations = await detectChanges(state, models, options);
    if (operations.length === 0) return null;
    if (options.check === true) requireNothingFound({ operations, pending: [] }, models.length > 0);
    this.#workspace.emit({ kind: "detected", operations });
    const derived = graph.order.length === 0 ? "initial" : labelFor(operations);
    const name = nameFor(label ?? derived);
    if (options.verify !== false) {
      const lenient = options.forSqlite !== true;
      options.onVerified?.(await verifyNew(name, operations, state, { lenient }));
    }
    return await write(name, printMigration({ dependencies, operations }));
  }

  /**
   * Applies what is pending, up to `target` where one is given. Returns the names, in order, also of what was faked.
   * @throws MigrationError naming file, operation and statement; the migrations before it stay applied
   */
  async upgrade(options: UpgradeOptions = {}): Promise<string[]> {
    return await upgrade(this.#workspace, options);
  }

  /**
   * Reverts everything after `target` (a name, a number, or `zero` for all), else the last `steps` migrations (one
   * by default). Returns the names, in the order in which they were reverted.
   * @throws MigrationError where one of them cannot be reverted; nothing has run then
   */
  async downgrade(options: DowngradeOptions = {}): Promise<string[]> {
    return await downgrade(this.#workspace, options);
  }

  /**
   * Accepts the file of an applied migration (a name or a number) as it is now. Returns its name.
   * @throws MigrationError where it is not applied
   */
  async rehash(target: string, { lock = {} }: { readonly lock?: LockOptions } = {}): Promise<string> {
    return await rehash(this.#workspace, target, lock);
  }

  /**
   * Records what a person has decided about a migration, after an event that tells how it stands. Runs none of it.
   * @throws MigrationError where there is nothing to decide; HalfAppliedError where another one is done in part
   */
  async resolve(target: string, options: ResolveOptions): Promise<string> {
    return await decide(this.#workspace, target, options);
  }

  /** What `upgrade` (forward) or `downgrade` (backward) would run, and what that would lose. Only reads. */
  async plan(
    direction: "forward" | "backward" = "forward",
    options: PlanOptions = {},
  ): Promise<PlannedMigration[]> {
    return await plan(this.#workspace, direction, options);
  }

  /**
   * Runs what is pending in one transaction, which is rolled back: nothing stays, but code that does something outside
   * the database has done it.
   * @throws MigrationError as `upgrade` would
   */
  async dryRun(options: PlanOptions = {}): Promise<TrialResult> {
    return await dryRun(this.#workspace, options);
  }

  /** The applied migrations in the order in which they were applied. Creates nothing. */
  async history(): Promise<AppliedMigration[]> {
    const { connection, recorder } = this.#workspace.database();
    return await recorder.applied(connection);
  }

  /**
   * Where the database is in its history, and who else works on that. Creates nothing, and needs no right but to read.
   * Whatever it finds is no error.
   */
  async status(): Promise<Status> {
    return await status(this.#workspace);
  }

  /** Every migration file in order, and whether it is applied, or how far it is. Creates nothing. */
  async heads(): Promise<Head[]> {
    const files = await this.#workspace.files();
    const { connection, recorder } = this.#workspace.database();
    const applied = new Set(await recorder.names(connection));
    const half = await halfApplied(this.#workspace);
    this.#workspace.missing(files, half === undefined ? applied : [...applied, half.name]);
    return files.map(({ name }): Head => {
      if (half?.name !== name) return { name, applied: applied.has(name) };
      const { direction, done, total } = half;
      return { name, applied: false, progress: { direction, done, total } };
    });
  }

  /**
   * The live database as a module of models, from which `makeMigrations` makes a migration that leads to the same
   * database; and a list of what the models cannot say. Only reads. `schemas` are read besides the current one.
   * @throws UsageError for one that the database does not have
   */
  async inspect({ schemas = [] }: { schemas?: readonly string[] } = {}): Promise<InspectedModels> {
    const { connection, dialect } = this.#workspace.database();
    const namespaces = schemas.map((name) => ({ name }));
    const found = await dialect.inspect(connection, schemaOf([], [], namespaces));
    // Public has no name in a Schema of its own.
    const missing = schemas.find((name) => name !== "public" && !found.schema.namespaces.has(name));
    if (missing !== undefined) throw new UsageError(`the database has no schema ${missing}`);
    const { schema, unsupported: refused } = expressible(dialect.portable(found.schema));
    const told = new Set(
      tablesByName(schema)
        .flatMap(neededExtensions)
        .map((name) => `extension ${name}`),
    );
    const unsupported = [...found.unsupported, ...refused].filter(({ path }) => !told.has(path));
    return { source: printModels(schema, unsupported), tables: schema.tables.size, unsupported };
  }

  /**
   * The SQL of a migration (a name or a number), transaction included, one statement an element, without connecting.
   * The dialect is that of the session where none is given, else SQLite.
   */
  async sqlmigrate(
    name: string,
    { backward = false, dialect }: { backward?: boolean; dialect?: DialectName | undefined } = {},
  ): Promise<string[]> {
    const files = await this.#workspace.files();
    const full = resolveMigration(namesOf(files), name);
    const graph = await this.#workspace.graph(files);
    const ancestors = planUpgrade(graph, [], full);
    const units = backward
      ? unitsBackward(graph, new Set(ancestors), [full])
      : unitsForward(graph, new Set(), ancestors).slice(-1);
    return units.flatMap((unit) =>
      sqlText(dialectFor(dialect ?? this.#workspace.openConnection()?.dialect ?? "sqlite"), unit),
    );
  }

  /**
   * Compares the models with the migrations, and with the database where there is one. Writes nothing.
   * @throws CheckFailedError where the models need a migration, a file does not load, migrations are pending or edited
   */
  async check(): Promise<CheckResult> {
    const { operations, files, loaded, hasModels } = await asFinding(async () => {
      const files = existsSync(this.#workspace.directory) ? await this.#workspace.files() : [];
      const graph = await this.#workspace.graph(files);
      graph.singleLeaf();
      const state = replay(graph.order);
      const models = await this.#loadModels(hadTables(graph.order));
      const schema = withViewsOf(state, sharingTables(schemaFromModels(models), state));
      const { operations } = diffSchemas(state, schema, applicationDefaults(models));
      return { operations, files, loaded: graph.order, hasModels: models.length > 0 };
    });
    const found = await findInDatabase(this.#workspace, files, loaded);
    return requireNothingFound({ operations, ...found }, hasModels);
  }

  /**
   * Compares the database with what its applied migrations make. Changes nothing.
   * @throws MigrationError where the file of an applied migration is missing
   */
  async diff(): Promise<Drift> {
    const files = await this.#workspace.files();
    const { connection, dialect, recorder } = this.#workspace.database();
    const applied = new Set(await recorder.names(connection));
    this.#workspace.missing(files, applied);
    const { graph, unknown } = await loadHistory(this.#workspace, files, [...applied]);
    requireFiles(unknown);
    const expected = replay(graph.order.filter(({ name }) => applied.has(name)));
    return await compareDatabase({ connection, dialect }, expected);
  }

  /**
   * Runs migrations forward, back and forward again on SQLite in memory, and in a schema for the time being of a PostgreSQL
   * database where one is named. After every step the database must be what the migrations say, and rows must survive.
   * @throws CheckFailedError for the first that does not hold
   */
  async verify({ target, lenient = false, ...options }: VerifyOptions = {}): Promise<VerifiedMigration[]> {
    const files = await this.#workspace.files();
    const only = target === undefined ? undefined : resolveMigration(namesOf(files), target);
    const graph = await this.#workspace.graph(files);
    const names = new Set(planUpgrade(graph, [], only));
    const migrations = graph.order.filter(({ name }) => names.has(name));
    return await verifyEverywhere(migrations, { ...options, only, lenient, signal: this.#workspace.signal });
  }

  async #loadModels(allowNone: boolean): Promise<AnyModel[]> {
    if (this.#models === undefined) return await loadModels(undefined, { allowNone });
    const modules = this.#models.filter((entry) => typeof entry === "string");
    const given = this.#models.filter((entry) => typeof entry !== "string");
    return modules.length === 0 ? given : [...given, ...(await loadModels(modules, { allowNone }))];
  }
}

/** Where there were tables, there may be no model any more. */
function hadTables(migrations: readonly Migration[]): boolean {
  return migrations.some(({ operations }) => operations.some(({ kind }) => kind === "createTable"));
}
