import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Ask, askRenames } from "./autodetector/ask-renames.ts";
import { diffSchemas } from "./autodetector/diff.ts";
import type { MissingFill } from "./autodetector/fill.ts";
import type { Lookalike } from "./autodetector/lookalikes.ts";
import { parseRenames } from "./autodetector/rename-answers.ts";
import type { Connection } from "./connection/connection.ts";
import type { Dialect, Unsupported } from "./dialects/dialect.ts";
import { dialectFor } from "./dialects/registry.ts";
import { MigrationError, NeedsAnswerError, UsageError } from "./errors.ts";
import { runUnit } from "./executor/executor.ts";
import { type AppliedMigration, Recorder } from "./executor/recorder.ts";
import { sqlText } from "./executor/sql-text.ts";
import { backwardUnit, forwardUnit, schemaAfter, type Unit } from "./executor/unit.ts";
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
import { literalOfText } from "./models/fill-text.ts";
import { expected } from "./models/literal.ts";
import type { AnyModel } from "./models/model.ts";
import { currentSession, openedSession } from "./models/objects/session.ts";
import { schemaFromModels } from "./models/to-schema.ts";
import { suggest } from "./nearest.ts";
import type { Operation } from "./operations/types.ts";
import type { ColumnType } from "./schema/column-type.ts";
import type { DialectName, SqlValue } from "./schema/expression.ts";
import type { Schema } from "./schema/schema.ts";
import { expressible } from "./source/expressible.ts";
import { printEmptyMigration, printMigration } from "./source/migration-file.ts";
import { printModels } from "./source/models-file.ts";
import { asFinding, type CheckResult, requireNothingFound } from "./verifier/check.ts";
import { type VerifyEverywhereOptions, verifyEverywhere } from "./verifier/databases.ts";
import { compareDatabase, type Drift } from "./verifier/drift.ts";
import { findInitial, type NotCompared } from "./verifier/initial.ts";
import { verifyNew } from "./verifier/new-migration.ts";
import type { VerifiedMigration } from "./verifier/verify.ts";

/** What happens while the manager works, for whoever wants to show it. */
export type ManagerEvent =
  | { readonly kind: "started"; readonly name: string; readonly direction: "forward" | "backward" }
  | { readonly kind: "finished"; readonly name: string; readonly direction: "forward" | "backward" }
  /** Something of a migration that the database cannot have and that is left out there. */
  | { readonly kind: "omitted"; readonly note: string }
  | { readonly kind: "lookalike"; readonly lookalike: Lookalike }
  | { readonly kind: "missingFill"; readonly missing: MissingFill }
  | { readonly kind: "detected"; readonly operations: readonly Operation[] }
  /** A file in the migrations directory that is no migration. */
  | { readonly kind: "ignoredFile"; readonly file: string }
  /** Recorded as applied, but not run: what it makes was there. `NotCompared` says what was not looked at. */
  | ({ readonly kind: "faked"; readonly name: string } & NotCompared)
  /** Applied, but its file is gone. */
  | { readonly kind: "missingFile"; readonly name: string };

export interface ManagerOptions {
  /** The migrations directory; `migrations` by default. */
  readonly directory?: string;
  /** The label under which migrations are recorded; `models` by default. */
  readonly app?: string;
  /** Models, or modules (files, folders, globs) that export them. Only `makeMigrations` needs them. */
  readonly models?: string | readonly (string | AnyModel)[] | undefined;
  /** The session to work on; by default that of `YaraOrm.init`. */
  readonly connection?: Connection | undefined;
  readonly onEvent?: (event: ManagerEvent) => void;
}

export interface MakeMigrationsOptions {
  /** The label in the file's name, instead of one made from the operations. */
  readonly name?: string | undefined;
  /** Writes a migration without operations, to be filled in by hand. */
  readonly empty?: boolean;
  /** Allows a migration that drops every table. */
  readonly allowDestructive?: boolean;
  /** Values for rows that exist already, by `table.column`; a text is read as the column's type wants it. */
  readonly fills?: ReadonlyMap<string, SqlValue | string>;
  /** Renames that are decided: `article=post` for a table, `post.body=post.content` for a column. */
  readonly renames?: readonly string[];
  /** Nothing was renamed: what is gone is dropped, what is new is added. */
  readonly noRename?: boolean;
  /** Asked whether something new is something old under another name. Without it, nothing is taken for a rename. */
  readonly ask?: Ask | undefined;
  /** Writes nothing; a migration that would be written is an error. */
  readonly check?: boolean;
  /** False: the migration is not tried out on SQLite before it is written. */
  readonly verify?: boolean;
  /** SQL of the models that SQLite does not understand is refused, because that is what the project runs on. */
  readonly forSqlite?: boolean;
  /** Called when the migration holds on SQLite, or with the reason why that could not be told. */
  readonly onVerified?: (unknown: string | undefined) => void;
}

export interface VerifyOptions extends Partial<Omit<VerifyEverywhereOptions, "only">> {
  /** Only this migration (a name or a number), after those before it. */
  readonly target?: string | undefined;
}

export interface UpgradeOptions {
  /** The last migration to apply, a name or a number. */
  readonly target?: string | undefined;
  /** Records what is pending as applied and runs none of it. */
  readonly fake?: boolean;
  /**
   * Records a migration without dependencies as applied where its tables exist already; refused where they are not
   * exactly as it would make them. Where none exists it is run.
   */
  readonly fakeInitial?: boolean;
}

/** What `inspect` found. */
export interface InspectedModels {
  /** The text of the module. */
  readonly source: string;
  /** How many tables have a model in it. */
  readonly tables: number;
  /** What the database has and the models do not say; the same stands at the head of the module. */
  readonly unsupported: readonly Unsupported[];
}

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
   * @throws NeedsAnswerError where it would drop every table, MigrationError where the history has two ends,
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
    const operations = await this.#detect(state, options);
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
   * database; and a list of what the models cannot say. Only reads.
   */
  async inspect(): Promise<InspectedModels> {
    const { connection, dialect } = this.#database();
    const found = await dialect.inspect(connection);
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

  async #detect(state: Schema, options: MakeMigrationsOptions): Promise<readonly Operation[]> {
    const models = await this.#loadModels(options.allowDestructive === true || state.tables.size > 0);
    const schema = schemaFromModels(models);
    const fills = new Map([...applicationDefaults(models), ...readFills(options.fills ?? new Map(), schema)]);
    const renames = parseRenames(options.renames ?? [], state, schema);
    const renamed = await askRenames(
      state,
      schema,
      renames,
      options.noRename === true ? undefined : options.ask,
    );
    const diff = diffSchemas(renamed.schema, schema, fills);
    const dropsAll =
      state.tables.size > 0 && [...renamed.schema.tables.keys()].every((name) => !schema.tables.has(name));
    if (dropsAll && options.allowDestructive !== true) {
      throw new NeedsAnswerError(
        `this migration would drop every known table (${[...state.tables.keys()].sort().slice(0, 5).join(", ")}${state.tables.size > 5 ? ", ..." : ""})`,
        "check --models: it must name every module with models; pass --allow-destructive if this is what you want",
      );
    }
    // Whoever was asked, or has answered before, need not be warned.
    const lookalikes = options.noRename === true || options.ask !== undefined ? [] : diff.lookalikes;
    for (const lookalike of lookalikes) this.#emit({ kind: "lookalike", lookalike });
    for (const missing of diff.missingFills) this.#emit({ kind: "missingFill", missing });
    return [...renamed.operations, ...diff.operations];
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

function readFills(
  fills: ReadonlyMap<string, SqlValue | string>,
  schema: Schema,
): readonly (readonly [string, SqlValue])[] {
  const known = new Map<string, ColumnType>(
    [...schema.tables.values()].flatMap(({ name, columns }) =>
      columns.map((column) => [`${name}.${column.name}`, column.type] as const),
    ),
  );
  return [...fills].map(([key, fill]) => {
    const type = known.get(key);
    if (type === undefined) {
      throw new UsageError(`there is no column ${key} to fill in`, suggest(key, [...known.keys()]));
    }
    if (typeof fill !== "string") return [key, fill];
    const values = type.kind === "enum" ? schema.enums.get(type.name)?.values : undefined;
    const value = literalOfText(type, fill, values);
    if (value !== undefined) return [key, { value }];
    throw new UsageError(
      `${key} cannot be filled with ${JSON.stringify(fill)}: it must be ${expected(type, values)}`,
    );
  });
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

/** The units of the migrations to apply; the schema before them is that of the applied ones. */
function unitsForward(graph: MigrationGraph, applied: ReadonlySet<string>, names: readonly string[]): Unit[] {
  let schema = replay(graph.order.filter((migration) => applied.has(migration.name)));
  return names.map((name) => {
    const unit = forwardUnit(graph.get(name), schema);
    schema = schemaAfter(unit, schema);
    return unit;
  });
}

/** The units that revert the named migrations, which are given last first. */
function unitsBackward(
  graph: MigrationGraph,
  applied: ReadonlySet<string>,
  names: readonly string[],
): Unit[] {
  const reverted = new Set(names);
  // What stays is applied below them, whatever its place in the graph's order.
  let schema = replay(graph.order.filter(({ name }) => applied.has(name) && !reverted.has(name)));
  const units = names.toReversed().map((name) => {
    const unit = backwardUnit(graph.get(name), schema);
    schema = unit.changes[0]?.before ?? schema;
    return unit;
  });
  return units.toReversed();
}
