import type { LockOptions } from "./executor/lock.ts";
import type { AppliedMigration } from "./executor/recorder.ts";
import type { Arguments, Method } from "./manager-arguments.ts";
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
import type { DialectName } from "./schema/expression.ts";
import type { Drift } from "./verifier/drift.ts";
import type { VerifiedMigration } from "./verifier/verify.ts";
import type { CheckResult } from "./workflow/check-result.ts";
import type { ModelsOption } from "./workflow/from-models.ts";
import type { Workspace, WorkspaceOptions } from "./workflow/workspace.ts";

/**
 * The workflow of migrations; the commands are thin over it. Every method returns a promise. What a method needs is loaded when
 * it is called: an application that only has models starts without all that.
 */
export class MigrationManager {
  readonly #given: ManagerOptions;
  readonly #options: WorkspaceOptions;
  readonly #models: ModelsOption;
  #workspace: Promise<Workspace> | undefined;

  /** Whether the options are what they should be, the first method that is called says. */
  constructor(given: ManagerOptions = {}) {
    // Whatever it is.
    const { directory = "migrations", app = "models", models, connection, signal, onEvent } = given ?? {};
    this.#given = given;
    this.#options = { directory, app, connection, signal, emit: onEvent ?? (() => {}) };
    this.#models = typeof models === "string" ? models.split(",").map((part) => part.trim()) : models;
  }

  /**
   * Creates the migrations directory where it is missing. Returns true if it did.
   * @throws UsageError where something else has its name
   */
  async init(): Promise<boolean> {
    await checkCall("new MigrationManager", { options: this.#given });
    return createDirectory(this.#options.directory);
  }

  /**
   * Writes the next migration file: what leads from the replayed files to the models. Needs no database.
   * Returns the file's name, or null where nothing changed.
   * @throws NeedsAnswerError where it would drop every table or questions are open, which the error carries,
   * MigrationError where the history has two ends,
   * CheckFailedError where nothing was to be written, but would be, or where the migration does not hold
   */
  async makeMigrations(options: MakeMigrationsOptions = {}): Promise<string | null> {
    await checkCall("makeMigrations", { options });
    const { makeMigrations } = await import("./workflow/from-models.ts");
    return await makeMigrations(await this.#opened(), this.#models, options);
  }

  /**
   * Applies what is pending, up to `target` where one is given. Returns the names, in order, also of what was faked.
   * @throws MigrationError naming file, operation and statement; the migrations before it stay applied
   */
  async upgrade(options: UpgradeOptions = {}): Promise<string[]> {
    return await this.#alone(
      "upgrade",
      { options },
      ({ upgrade }, workspace) => upgrade(workspace, options),
      () => options.lock ?? {},
    );
  }

  /**
   * Reverts everything after `target` (a name, a number, or `zero` for all), else the last `steps` migrations (one
   * by default). Returns the names, in the order in which they were reverted.
   * @throws MigrationError where one of them cannot be reverted; nothing has run then
   */
  async downgrade(options: DowngradeOptions = {}): Promise<string[]> {
    return await this.#alone(
      "downgrade",
      { options },
      ({ downgrade }, workspace) => downgrade(workspace, options),
      () => options.lock ?? {},
    );
  }

  /**
   * Accepts the file of an applied migration (a name or a number) as it is now. Returns its name.
   * @throws MigrationError where it is not applied
   */
  async rehash(target: string, options: { readonly lock?: LockOptions } = {}): Promise<string> {
    return await this.#alone(
      "rehash",
      { target, options },
      ({ rehash }, workspace) => rehash(workspace, target, options.lock ?? {}),
      () => options.lock ?? {},
    );
  }

  /**
   * Records what a person has decided about a migration, after an event that tells how it stands. Runs none of it.
   * @throws MigrationError where there is nothing to decide; HalfAppliedError where another one is done in part
   */
  async resolve(target: string, options: ResolveOptions): Promise<string> {
    return await this.#alone(
      "resolve",
      { target, options },
      ({ decide }, workspace) => decide(workspace, target, options),
      () => options.lock ?? {},
    );
  }

  /** What `upgrade` (forward) or `downgrade` (backward) would run, and what that would lose. Only reads. */
  async plan(
    direction: "forward" | "backward" = "forward",
    options: PlanOptions = {},
  ): Promise<PlannedMigration[]> {
    return await this.#alone(
      "plan",
      { direction, options },
      ({ plan }, workspace) => plan(workspace, direction, options),
      () => options.lock,
    );
  }

  /**
   * Runs what is pending in one transaction, which is rolled back: nothing stays, but code that does something outside
   * the database has done it.
   * @throws MigrationError as `upgrade` would
   */
  async dryRun(options: PlanOptions = {}): Promise<TrialResult> {
    return await this.#alone(
      "dryRun",
      { options },
      ({ dryRun }, workspace) => dryRun(workspace, options),
      () => options.lock ?? {},
    );
  }

  /** The applied migrations in the order in which they were applied. Creates nothing. */
  async history(): Promise<AppliedMigration[]> {
    return await this.#alone("history", {}, ({ appliedMigrations }, workspace) =>
      appliedMigrations(workspace),
    );
  }

  /**
   * Where the database is in its history, and who else works on that. Creates nothing, and needs no right but to read.
   * Whatever it finds is no error.
   */
  async status(): Promise<Status> {
    return await this.#alone("status", {}, ({ status }, workspace) => status(workspace));
  }

  /** Every migration file in order, and whether it is applied, or how far it is. Creates nothing. */
  async heads(): Promise<Head[]> {
    return await this.#alone("heads", {}, ({ heads }, workspace) => heads(workspace));
  }

  /**
   * The live database as a module of models, from which `makeMigrations` makes a migration that leads to the same
   * database; and a list of what the models cannot say. Only reads. `schemas` are read besides the current one.
   * @throws UsageError for one that the database does not have
   */
  async inspect(options: { readonly schemas?: readonly string[] } = {}): Promise<InspectedModels> {
    return await this.#alone("inspect", { options }, ({ inspect }, workspace) =>
      inspect(workspace, options.schemas ?? []),
    );
  }

  /**
   * The SQL of a migration (a name or a number), transaction included, one statement an element, without connecting.
   * The dialect is that of the session where none is given, else SQLite.
   */
  async sqlmigrate(
    name: string,
    options: { readonly backward?: boolean; readonly dialect?: DialectName | undefined } = {},
  ): Promise<string[]> {
    await checkCall("sqlmigrate", { name, options });
    const { backward = false, dialect } = options;
    const { sqlmigrate } = await import("./workflow/sqlmigrate.ts");
    return await sqlmigrate(await this.#opened(), name, backward, dialect);
  }

  /**
   * Compares the models with the migrations, and with the database where there is one. Writes nothing.
   * @throws CheckFailedError where the models need a migration, a file does not load, migrations are pending, edited or applied
   * in part
   */
  async check(): Promise<CheckResult> {
    const { check } = await import("./workflow/from-models.ts");
    return await check(await this.#opened(), this.#models);
  }

  /**
   * Compares the database with what its applied migrations make. Changes nothing.
   * @throws MigrationError where the file of an applied migration is missing
   */
  async diff(): Promise<Drift> {
    return await this.#alone("diff", {}, ({ diff }, workspace) => diff(workspace));
  }

  /**
   * Runs migrations forward, back and forward again on SQLite in memory, and in a schema for the time being of a PostgreSQL
   * database where one is named. After every step the database must be what the migrations say, and rows must survive.
   * @throws CheckFailedError for the first that does not hold
   */
  async verify(options: VerifyOptions = {}): Promise<VerifiedMigration[]> {
    await checkCall("verify", { options });
    const { verify } = await onDatabase();
    return await verify(await this.#opened(), options);
  }

  /**
   * Calls `work`, for which a method was given that, while nothing else uses the session. Those that are called one after the other
   * come one after the other: each takes the same way to its turn. With a `lock` it waits for other processes as that says.
   */
  async #alone<M extends Method, T>(
    method: M,
    given: Arguments<M>,
    work: (on: OnDatabase, workspace: Workspace) => Promise<T>,
    lock?: () => LockOptions | undefined,
  ): Promise<T> {
    await checkCall(method, given);
    const on = await onDatabase();
    const workspace = await this.#opened();
    return await workspace.alone(async () => await work(on, workspace), lock?.());
  }

  /** The same for all calls: it keeps what it has found out about the database. */
  async #opened(): Promise<Workspace> {
    this.#workspace ??= this.#open();
    return await this.#workspace;
  }

  async #open(): Promise<Workspace> {
    await checkCall("new MigrationManager", { options: this.#given });
    const { Workspace } = await import("./workflow/workspace.ts");
    return new Workspace(this.#options);
  }
}

type OnDatabase = Awaited<ReturnType<typeof onDatabase>>;

/** Tells programs without types what is wrong with a call. @throws UsageError */
async function checkCall<M extends Method>(method: M, given: Arguments<M>): Promise<void> {
  const { checkArguments } = await import("./manager-arguments.ts");
  checkArguments(method, given);
}

function onDatabase() {
  return import("./workflow/on-database.ts");
}
