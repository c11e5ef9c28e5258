import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { diffSchemas } from "./autodetector/diff.ts";
import type { Connection } from "./connection/connection.ts";
import { detectChanges } from "./detect.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialectFor } from "./dialects/registry.ts";
import { MigrationError, UsageError } from "./errors.ts";
import { runUnit } from "./executor/executor.ts";
import { type AppliedMigration, Recorder } from "./executor/recorder.ts";
import { sqlText } from "./executor/sql-text.ts";
import type { Unit } from "./executor/unit.ts";
import { unitsBackward, unitsForward } from "./executor/units.ts";
import type {
  InspectedModels,
  MakeMigrationsOptions,
  ManagerEvent,
  ManagerOptions,
  UpgradeOptions,
  VerifyOptions,
} from "./manager-options.ts";
import { listMigrationFiles, type MigrationFile } from "./migrations/files.ts";
import { buildGraph, type MigrationGraph } from "./migrations/graph.ts";
import { checkLabel, labelFor } from "./migrations/label.ts";
import { loadMigrations } from "./migrations/loader.ts";
import { nextNumber } from "./migrations/name.ts";
import { planDowngrade, planUpgrade } from "./migrations/plan.ts";
import { resolveMigration } from "./migrations/resolve.ts";
import { replay } from "./migrations/state.ts";
import { writeMigration } from "./migrations/write.ts";
import { loadModels } from "./model-modules.ts";
import { applicationDefaults } from "./models/application-defaults.ts";
import type { AnyModel } from "./models/model.ts";
import { currentSession, openedSession } from "./models/objects/session.ts";
import { schemaFromModels } from "./models/to-schema.ts";
import type { DialectName } from "./schema/expression.ts";
import { schemaOf } from "./schema/schema.ts";
import { expressible } from "./source/expressible.ts";
import { printEmptyMigration, printMigration } from "./source/migration-file.ts";
import { printModels } from "./source/models-file.ts";
import { asFinding, type CheckResult, requireNothingFound } from "./verifier/check.ts";
import { verifyEverywhere } from "./verifier/databases.ts";
import { compareDatabase, type Drift } from "./verifier/drift.ts";
import { findInitial, type NotCompared } from "./verifier/initial.ts";
import { verifyNew } from "./verifier/new-migration.ts";
import type { VerifiedMigration } from "./verifier/verify.ts";

/** The workflow of migrations; the commands are thin over it. Every method returns a promise. */
export class MigrationManager {
  readonly #directory: string;
  readonly #app: string;
  readonly #models: readonly (string | AnyModel)[] | undefined;
  readonly #connection: Connection | undefined;
  readonly #emit: (event: ManagerEvent) => void;

  constructor({
    directory = "migrations",
    app = "models",
    models,
    connection,
    onEvent,
  }: ManagerOptions = {}) {
    this.#directory = directory;
    this.#app = app;
    this.#models = typeof models === "string" ? models.split(",").map((part) => part.trim()) : models;
    this.#connection = connection;
    this.#emit = onEvent ?? (() => {});
  }

  /** Creates the migrations directory where it is missing. Returns true if it did. */
  async init(): Promise<boolean> {
    return (await mkdir(resolve(this.#directory), { recursive: true })) !== undefined;
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
    const graph = await this.#graph(existsSync(this.#directory) ? await this.#files() : []);
    const dependencies = graph.singleLeaf();
    const nameFor = (chosen: string) =>
      `${nextNumber(graph.order.map((migration) => migration.name))}_${chosen}`;
    const write = async (name: string, text: string) => {
      await this.init();
      return await writeMigration(this.#directory, name, text);
    };
    if (options.empty === true)
      return await write(nameFor(label ?? "empty"), printEmptyMigration(dependencies));

    const state = replay(graph.order);
    const models = await this.#loadModels(options.allowDestructive === true || state.tables.size > 0);
    const operations = await detectChanges(state, models, options);
    if (operations.length === 0) return null;
    if (options.check === true) requireNothingFound({ operations, pending: [] });
    this.#emit({ kind: "detected", operations });
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
  async upgrade({ target, fake = false, fakeInitial = false }: UpgradeOptions = {}): Promise<string[]> {
    if (fake && fakeInitial) {
      throw new UsageError("fake and fakeInitial exclude each other", "fake records everything unseen");
    }
    const files = await this.#files();
    const goal = target === undefined ? undefined : resolveMigration(namesOf(files), target);
    const { connection, dialect, recorder } = this.#database();
    const recorded = await recorder.names(connection);
    const applied = new Set(recorded);
    const missing = this.#reportMissing(files, applied);
    if (files.every((file) => applied.has(file.name))) return [];

    const graph = await this.#graph(files);
    const names = planUpgrade(graph, [...applied], goal);
    if (names.length === 0) return [];
    if (missing.length > 0) throw missingFiles(missing);
    const units = unitsForward(graph, applied, names);
    const roots = units.filter(({ name }) => graph.get(name).dependencies.length === 0);
    const found: ReadonlyMap<string, NotCompared> = fakeInitial
      ? await this.#initials({ connection, dialect }, roots)
      : new Map();
    if (recorded === undefined) await connection.execute(recorder.create());
    for (const unit of units) {
      const initial = fake ? NOTHING_COMPARED : found.get(unit.name);
      if (initial === undefined) {
        await this.#run({ connection, dialect }, unit, recorder.insert(unit.name));
        continue;
      }
      await connection.execute([recorder.insert(unit.name)]);
      this.#emit({ kind: "faked", name: unit.name, ...initial });
    }
    return names;
  }

  /**
   * Reverts everything after `target` (a name, a number, or `zero` for all), else the last `steps` migrations (one
   * by default). Returns the names, in the order in which they were reverted.
   * @throws MigrationError where one of them cannot be reverted; nothing has run then
   */
  async downgrade({
    target,
    steps,
  }: {
    target?: string | undefined;
    steps?: number | undefined;
  } = {}): Promise<string[]> {
    const files = await this.#files();
    const goal =
      target === undefined || target === "zero" ? target : resolveMigration(namesOf(files), target);
    const { connection, dialect, recorder } = this.#database();
    const applied = (await recorder.names(connection)) ?? [];
    const missing = this.#reportMissing(files, new Set(applied));
    if (applied.length === 0) return [];

    const graph = await this.#graph(files);
    const names = planDowngrade(
      graph,
      applied,
      goal === undefined ? { steps: steps ?? 1 } : { target: goal },
    );
    if (names.length > 0 && missing.length > 0) throw missingFiles(missing);
    const units = unitsBackward(graph, new Set(applied), names);
    for (const unit of units) await this.#run({ connection, dialect }, unit, recorder.delete(unit.name));
    return names;
  }

  /** The applied migrations in the order in which they were applied. Creates nothing. */
  async history(): Promise<AppliedMigration[]> {
    const { connection, recorder } = this.#database();
    return await recorder.applied(connection);
  }

  /** Every migration file in order, and whether it is applied. Creates nothing. */
  async heads(): Promise<{ name: string; applied: boolean }[]> {
    const files = await this.#files();
    const { connection, recorder } = this.#database();
    const applied = new Set(await recorder.names(connection));
    this.#reportMissing(files, applied);
    return files.map((file) => ({ name: file.name, applied: applied.has(file.name) }));
  }

  /**
   * The live database as a module of models, from which `makeMigrations` makes a migration that leads to the same
   * database; and a list of what the models cannot say. Only reads. `schemas` are read besides the current one.
   * @throws UsageError for one that the database does not have
   */
  async inspect({ schemas = [] }: { schemas?: readonly string[] } = {}): Promise<InspectedModels> {
    const { connection, dialect } = this.#database();
    const namespaces = schemas.map((name) => ({ name }));
    const found = await dialect.inspect(connection, schemaOf([], [], namespaces));
    // Public has no name in a Schema of its own.
    const missing = schemas.find((name) => name !== "public" && !found.schema.namespaces.has(name));
    if (missing !== undefined) throw new UsageError(`the database has no schema ${missing}`);
    const { schema, unsupported: refused } = expressible(dialect.portable(found.schema));
    const unsupported = [...found.unsupported, ...refused];
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
    const files = await this.#files();
    const full = resolveMigration(namesOf(files), name);
    const graph = await this.#graph(files);
    const ancestors = planUpgrade(graph, [], full);
    const units = backward
      ? unitsBackward(graph, new Set(ancestors), [full])
      : unitsForward(graph, new Set(), ancestors).slice(-1);
    return units.flatMap((unit) => sqlText(dialectFor(dialect ?? this.#dialectName()), unit));
  }

  /**
   * Compares the models with the migrations, and with the database where there is one. Writes nothing.
   * @throws CheckFailedError where the models need a migration, a file does not load or migrations are pending
   */
  async check(): Promise<CheckResult> {
    const result = await asFinding(async () => {
      const files = existsSync(this.#directory) ? await this.#files() : [];
      const graph = await this.#graph(files);
      graph.singleLeaf();
      const state = replay(graph.order);
      const models = await this.#loadModels(state.tables.size > 0);
      const { operations } = diffSchemas(state, schemaFromModels(models), applicationDefaults(models));
      return { operations, pending: namesOf(files) };
    });
    const pending = await this.#notApplied(result.pending);
    return requireNothingFound({ ...result, pending });
  }

  /**
   * Compares the database with what its applied migrations make. Changes nothing.
   * @throws MigrationError where the file of an applied migration is missing
   */
  async diff(): Promise<Drift> {
    const files = await this.#files();
    const { connection, dialect, recorder } = this.#database();
    const applied = new Set(await recorder.names(connection));
    const missing = this.#reportMissing(files, applied);
    if (missing.length > 0) throw missingFiles(missing);
    const graph = await this.#graph(files);
    const expected = replay(graph.order.filter(({ name }) => applied.has(name)));
    return await compareDatabase({ connection, dialect }, expected);
  }

  /**
   * Runs migrations forward, back and forward again on SQLite in memory, and in a schema for the time being of a PostgreSQL
   * database where one is named. After every step the database must be what the migrations say, and rows must survive.
   * @throws CheckFailedError for the first that does not hold
   */
  async verify({ target, lenient = false, ...options }: VerifyOptions = {}): Promise<VerifiedMigration[]> {
    const files = await this.#files();
    const only = target === undefined ? undefined : resolveMigration(namesOf(files), target);
    const graph = await this.#graph(files);
    const names = new Set(planUpgrade(graph, [], only));
    const migrations = graph.order.filter(({ name }) => names.has(name));
    return await verifyEverywhere(migrations, { ...options, only, lenient });
  }

  /** Of these migrations, those that the database lacks; none where there is no database. */
  async #notApplied(names: readonly string[]): Promise<string[]> {
    if (this.#connection === undefined && openedSession() === undefined) return [];
    const { connection, recorder } = this.#database();
    const applied = new Set(await recorder.names(connection));
    return names.filter((name) => !applied.has(name));
  }

  async #loadModels(allowNone: boolean): Promise<AnyModel[]> {
    if (this.#models === undefined) return await loadModels(undefined, { allowNone });
    const modules = this.#models.filter((entry) => typeof entry === "string");
    const given = this.#models.filter((entry) => typeof entry !== "string");
    return modules.length === 0 ? given : [...given, ...(await loadModels(modules, { allowNone }))];
  }

  async #files(): Promise<readonly MigrationFile[]> {
    const { files, ignored } = await listMigrationFiles(this.#directory);
    for (const file of ignored) this.#emit({ kind: "ignoredFile", file });
    return files;
  }

  async #graph(files: readonly MigrationFile[]): Promise<MigrationGraph> {
    return buildGraph(await loadMigrations(files));
  }

  #database(): { connection: Connection; dialect: Dialect; recorder: Recorder } {
    const connection = this.#connection ?? sessionOutsideTransactions();
    const dialect = dialectFor(connection.dialect);
    return { connection, dialect, recorder: new Recorder(dialect, this.#app) };
  }

  #dialectName(): DialectName {
    return (this.#connection ?? openedSession()?.connection)?.dialect ?? "sqlite";
  }

  #reportMissing(files: readonly MigrationFile[], applied: ReadonlySet<string>): string[] {
    const known = new Set(namesOf(files));
    const missing = [...applied].filter((name) => !known.has(name));
    for (const name of missing) this.#emit({ kind: "missingFile", name });
    return missing;
  }

  /** What is there already of these migrations, by name; nothing for those that are to be run. */
  async #initials(
    target: { connection: Connection; dialect: Dialect },
    units: readonly Unit[],
  ): Promise<Map<string, NotCompared>> {
    const found = new Map<string, NotCompared>();
    for (const unit of units) {
      const initial = await findInitial(target, unit);
      if (initial !== undefined) found.set(unit.name, initial);
    }
    return found;
  }

  async #run(
    target: { connection: Connection; dialect: Dialect },
    unit: Unit,
    record: string,
  ): Promise<void> {
    const { name, direction } = unit;
    this.#emit({ kind: "started", name, direction });
    for (const { operation } of unit.changes) {
      for (const note of target.dialect.omissions(operation)) this.#emit({ kind: "omitted", note });
    }
    await runUnit(target, unit, [record]);
    this.#emit({ kind: "finished", name, direction });
  }
}

const NOTHING_COMPARED: NotCompared = { unsupported: [], unchecked: [] };

/** That of `YaraOrm.init`. A commit in the middle of somebody's transaction would end it. */
function sessionOutsideTransactions(): Connection {
  const session = currentSession();
  if (session === openedSession()) return session.connection;
  throw new UsageError(
    "a MigrationManager cannot work inside a transaction or a migration",
    "call it before or after, or give it a connection of its own",
  );
}

function namesOf(files: readonly MigrationFile[]): string[] {
  return files.map((file) => file.name);
}

function missingFiles(names: readonly string[]): MigrationError {
  return new MigrationError(
    `the database has ${names.join(", ")}, whose file is missing: without it the schema is not known`,
    "bring the file back (from version control, or another branch) before you apply or revert anything",
  );
}
