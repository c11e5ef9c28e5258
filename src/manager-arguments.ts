import type { Timeouts } from "./dialects/timeouts.ts";
import type { LockOptions } from "./executor/lock.ts";
import type {
  ConsentOptions,
  DowngradeOptions,
  MakeMigrationsOptions,
  ManagerOptions,
  PlanOptions,
  UpgradeOptions,
  VerifyOptions,
} from "./manager-options.ts";
import { isModel } from "./models/model.ts";
import {
  code,
  flag,
  integer,
  list,
  object,
  only,
  options,
  requireArguments,
  type Shape,
  text,
  textOr,
  word,
} from "./shape.ts";

const isText = (value: unknown) => typeof value === "string";

/** True for an object with these methods. */
const hasMethods = (value: unknown, ...names: readonly string[]) =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => typeof Reflect.get(value, name) === "function");

const isFill = (value: unknown) =>
  isText(value) ||
  (typeof value === "object" && value !== null && ("value" in value || "expression" in value));

const migration = only("the name of a migration or its number as text", isText);
const dialect = word("postgres", "sqlite");
const connection = only("a session, as YaraOrm.connect opens it", (value) =>
  hasMethods(value, "query", "run", "execute"),
);
const models = textOr(text, list(only("a module or a model", (value) => isText(value) || isModel(value))));

const fills = only(
  "a Map of texts, { value: ... } or { expression: ... }",
  (value) => value instanceof Map && [...value.values()].every(isFill),
);

const lock = options<LockOptions>({
  mode: word("advisory", "row", "none"),
  timeoutMs: only("a number of milliseconds", (value) => typeof value === "number" && value >= 0),
});
const timeouts = options<Timeouts>({ lockMs: integer(0), statementMs: integer(0) });

const consent: Readonly<Record<keyof ConsentOptions, Shape>> = {
  confirm: only("the name of the database or true", (value) => isText(value) || value === true),
  askConsent: code,
};

/** What the constructor and each method take. */
const SHAPES = {
  "new MigrationManager": {
    options: options<ManagerOptions>({
      directory: text,
      app: text,
      models,
      connection,
      signal: only("an AbortSignal", (value) => hasMethods(value, "throwIfAborted", "addEventListener")),
      onEvent: code,
    }),
  },
  makeMigrations: {
    options: options<MakeMigrationsOptions>({
      name: text,
      merge: flag,
      empty: flag,
      allowDestructive: flag,
      fills,
      noFill: only(
        "true, false or an array of columns",
        (value) => typeof value === "boolean" || (Array.isArray(value) && value.every(isText)),
      ),
      renames: list(text),
      added: list(text),
      noRename: flag,
      ask: code,
      check: flag,
      verify: flag,
      forSqlite: flag,
      onVerified: code,
      onRefusedBack: code,
    }),
  },
  upgrade: {
    options: options<UpgradeOptions>({
      target: migration,
      fake: flag,
      fakeInitial: flag,
      strict: flag,
      lock,
      timeouts,
      ...consent,
    }),
  },
  downgrade: {
    options: options<DowngradeOptions>({ target: migration, steps: integer(1), lock, timeouts, ...consent }),
  },
  rehash: { target: migration, options: object({}, { lock }) },
  resolve: {
    target: migration,
    options: object({ decision: word("applied", "reverted", "resume") }, { lock }),
  },
  plan: { direction: word("forward", "backward"), options: planOptions() },
  dryRun: { options: planOptions() },
  inspect: { options: object({}, { schemas: list(text) }) },
  sqlmigrate: { name: migration, options: object({}, { backward: flag, dialect }) },
  verify: {
    options: options<VerifyOptions>({
      target: migration,
      lenient: flag,
      database: text,
      onScratch: code,
      onNotice: code,
    }),
  },
  history: {},
  status: {},
  heads: {},
  diff: {},
} as const;

function planOptions(): Shape {
  return options<PlanOptions>({ target: migration, strict: flag, steps: integer(1), lock, timeouts });
}

export type Method = keyof typeof SHAPES;

/** What a method was given, by the names of its arguments. */
export type Arguments<M extends Method> = Readonly<Record<keyof (typeof SHAPES)[M], unknown>>;

/** Refuses arguments of a method that are not what it takes. @throws UsageError naming the option, and what was expected */
export function checkArguments<M extends Method>(method: M, given: Arguments<M>): void {
  requireArguments<string>(method, SHAPES[method], given);
}
