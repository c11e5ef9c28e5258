import { afterEach, expect, test } from "bun:test";
import { UsageError } from "../src/errors.ts";
import { defineModel, fields, MigrationManager, YaraOrm } from "../src/index.ts";
import { rejection } from "./support/rejection.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

afterEach(() => YaraOrm.close());

/** The manager and the sessions as a program without types has them. */
interface Untyped {
  readonly [method: string]: (...given: readonly unknown[]) => Promise<unknown>;
}

const orm = YaraOrm as unknown as Untyped;
const managerOf = (options?: unknown) => {
  const Manager = MigrationManager as unknown as new (options?: unknown) => Untyped;
  return new Manager(options);
};

async function refusal(call: Promise<unknown> | undefined): Promise<string> {
  const error = await rejection(call ?? Promise.resolve());
  expect(error).toBeInstanceOf(UsageError);
  return error.message;
}

const WRONG: readonly (readonly [method: string, given: readonly unknown[], message: string])[] = [
  ["sqlmigrate", ["1", { dialect: "mysql" }], 'options.dialect is "mysql", not one of postgres, sqlite'],
  ["sqlmigrate", [1], "name is 1, not the name of a migration or its number as text"],
  ["sqlmigrate", [], "name is undefined, not the name of a migration or its number as text"],
  ["plan", ["sideways"], 'direction is "sideways", not one of forward, backward'],
  ["plan", [undefined, { steps: 0 }], "options.steps is 0, not a whole number from 1"],
  ["upgrade", [{ target: 0 }], "options.target is 0, not the name of a migration or its number as text"],
  ["upgrade", ["0002"], 'options is "0002", not an object'],
  ["upgrade", [null], "options is null, not an object"],
  ["upgrade", [{ targt: "2" }], 'options has no "targt": did you mean target?'],
  ["upgrade", [{ fake: "yes" }], 'options.fake is "yes", neither true nor false'],
  ["upgrade", [{ confirm: false }], "options.confirm is false, not the name of the database or true"],
  ["upgrade", [{ lock: "row" }], 'options.lock is "row", not an object'],
  ["upgrade", [{ lock: { mode: "bogus" } }], 'options.lock.mode is "bogus", not one of advisory, row, none'],
  [
    "upgrade",
    [{ lock: { timeoutMs: "10m" } }],
    'options.lock.timeoutMs is "10m", not a number of milliseconds',
  ],
  ["downgrade", [{ timeouts: { lockMs: 0.5 } }], "options.timeouts.lockMs is 0.5, not a whole number from 0"],
  ["downgrade", [{ steps: "2" }], 'options.steps is "2", not a whole number from 1'],
  ["dryRun", [{ fake: true }], 'options has no "fake": it has target, strict, steps, lock, timeouts'],
  ["rehash", ["1", { lok: {} }], 'options has no "lok": did you mean lock?'],
  ["resolve", ["1"], "options is undefined, not an object"],
  [
    "resolve",
    ["1", { decision: "done" }],
    'options.decision is "done", not one of applied, reverted, resume',
  ],
  ["inspect", [{ schemas: "billing" }], 'options.schemas is "billing", not an array'],
  ["verify", [{ onNotice: console }], "options.onNotice is an object, not a function"],
  [
    "makeMigrations",
    [{ fills: { "a.b": "1" } }],
    "options.fills is an object, not a Map of texts, { value: ... } or { expression: ... }",
  ],
  [
    "makeMigrations",
    [{ fills: new Map([["a.b", 1]]) }],
    "options.fills is an object, not a Map of texts, { value: ... } or { expression: ... }",
  ],
  ["makeMigrations", [{ renames: [1] }], "options.renames[0] is 1, not text"],
  ["makeMigrations", ["label"], 'options is "label", not an object'],
];

test.each(WRONG)("%s(...%j) is refused", async (method, given, message) => {
  const manager = managerOf({ directory: temporaryFolder() });
  expect(await refusal(manager[method]?.(...given))).toBe(`${method}: ${message}`);
});

const User = defineModel("User", { name: fields.text() });

test.each([
  ["migrations", 'options is "migrations", not an object'],
  [null, "options is null, not an object"],
  [{ directry: "migrations" }, 'options has no "directry": did you mean directory?'],
  [{ directory: 5 }, "options.directory is 5, not text"],
  [{ models: User }, "options.models is an object, not an array"],
  [{ models: ["models.ts", {}] }, "options.models[1] is an object, not a module or a model"],
  [
    { connection: "sqlite:///app.db" },
    'options.connection is "sqlite:///app.db", not a session, as YaraOrm.connect opens it',
  ],
  [
    { connection: Promise.resolve() },
    "options.connection is a promise, not a session, as YaraOrm.connect opens it",
  ],
  [{ signal: new AbortController() }, "options.signal is an object, not an AbortSignal"],
  [{ onEvent: "log" }, 'options.onEvent is "log", not a function'],
])("new MigrationManager(%j) is refused by what is called first", async (given, message) => {
  for (const method of ["init", "status", "upgrade", "makeMigrations", "check"]) {
    expect(await refusal(managerOf(given)[method]?.())).toBe(`new MigrationManager: ${message}`);
  }
});

test.each([
  [[], "url is undefined, not text"],
  [[new URL("sqlite:///app.db")], "url is an object, not text"],
  [["sqlite::memory:", { waitMS: 1 }], 'options has no "waitMS": did you mean waitMs?'],
  [["sqlite::memory:", { busyTimeoutMs: -1 }], "options.busyTimeoutMs is -1, not a whole number from 0"],
])("YaraOrm refuses %j", async (given, message) => {
  expect(await refusal(orm.connect?.(...given))).toBe(`YaraOrm.connect: ${message}`);
  expect(await refusal(orm.init?.(...given))).toBe(`YaraOrm.init: ${message}`);
});

test("what a type allows is taken", async () => {
  const connection = await YaraOrm.connect("sqlite::memory:", { onNotice: undefined, createDatabase: false });
  const manager = new MigrationManager({
    directory: temporaryFolder(),
    models: [User],
    connection,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  expect(
    await manager.makeMigrations({
      noFill: ["user.name"],
      fills: new Map([["user.name", { value: "a" }]]),
      verify: false,
    }),
  ).toBe("0001_initial.ts");
  const lock = { mode: "none", timeoutMs: Number.POSITIVE_INFINITY } as const;
  expect(await manager.upgrade({ target: undefined, lock, timeouts: {}, confirm: true })).toHaveLength(1);
  await connection.close();
});

test.each([
  [{ check: true, empty: true }, "empty and check exclude each other"],
  [{ merge: true, check: true }, "merge and check exclude each other"],
])("makeMigrations(%j) is refused, and writes nothing", async (options, message) => {
  const directory = temporaryFolder();
  const manager = new MigrationManager({ directory, models: [User] });
  expect(await refusal(manager.makeMigrations(options))).toBe(message);
});
