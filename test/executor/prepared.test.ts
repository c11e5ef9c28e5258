import { expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { postgresDialect } from "../../src/dialects/postgres/dialect.ts";
import { runUnit } from "../../src/executor/executor.ts";
import { Journal } from "../../src/executor/journal.ts";
import { prepareAhead, preparedOf } from "../../src/executor/prepared.ts";
import { Recorder } from "../../src/executor/recorder.ts";
import type { Recording, Target } from "../../src/executor/target.ts";
import { forwardUnit, type Unit } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";

function unitOf(): Unit {
  const operations = [m.createTable("a", { id: m.int({ pk: true }) })];
  return forwardUnit(
    { name: "0001_a", path: "", dependencies: [], operations, atomic: true },
    EMPTY_SCHEMA,
    "sqlite",
  );
}

/** The dialect, and how often it was asked for statements. */
function counting(dialect: Dialect): { readonly dialect: Dialect; readonly count: () => number } {
  let count = 0;
  const render: Dialect["render"] = (changes) => {
    count += 1;
    return dialect.render(changes);
  };
  return { dialect: { ...dialect, render }, count: () => count };
}

/** A session that takes everything, and what it was told of and given. */
function listening() {
  const [foreseen, executed]: [string[][], string[][]] = [[], []];
  const connection: Connection = {
    dialect: "postgres",
    query: async () => [],
    run: async () => 0,
    execute: async (statements) => void executed.push([...statements]),
    foresee: (statements) => void foreseen.push([...statements]),
    cancel: async () => undefined,
    activity: async () => ({ statements: [], blockers: [] }),
    close: async () => undefined,
  };
  return { connection, foreseen, executed };
}

const on = (dialect: Dialect): Target => ({ connection: listening().connection, dialect });

function recordingOf(unit: Unit): Recording {
  const recorder = new Recorder(postgresDialect, "models");
  const done = recorder.guard(unit.name, unit.direction);
  const record = [recorder.insert(unit.name)];
  const journal = new Journal(postgresDialect, "models");
  return { confirm: ["SELECT 1"], done, record, undo: [], journal, half: undefined };
}

function rendered(target: Target, unit: Unit, recording: Recording) {
  const { groups, renderingOf } = preparedOf(target, unit, recording);
  return JSON.stringify(groups.map(renderingOf));
}

test("what was made ahead is used for one run, and is what is made without it", () => {
  const [unit, other] = [unitOf(), unitOf()];
  const recording = recordingOf(unit);
  const { dialect, count } = counting(postgresDialect);
  const target = on(dialect);
  prepareAhead(target, unit, recording);
  expect(count()).toBe(1);
  expect(rendered(target, unit, recording)).toEqual(rendered(on(postgresDialect), other, recordingOf(other)));
  expect(count()).toBe(1);
  rendered(target, unit, recording);
  expect(count()).toBe(2);
});

test("what was made for one target or recording is not taken for another", () => {
  const unit = unitOf();
  const recording = recordingOf(unit);
  const { dialect, count } = counting(postgresDialect);
  const target = on(dialect);
  prepareAhead(target, unit, recording);
  rendered(on(dialect), unit, recording);
  expect(count()).toBe(2);
  prepareAhead(target, unit, recording);
  rendered(target, unit, recordingOf(unit));
  expect(count()).toBe(4);
});

test("the session is told ahead what it is given then", async () => {
  const unit = unitOf();
  const recording = recordingOf(unit);
  const { connection, foreseen, executed } = listening();
  const target: Target = { connection, dialect: postgresDialect };
  prepareAhead(target, unit, recording);
  await runUnit(target, unit, recording);
  expect(foreseen).toHaveLength(1);
  expect(executed).toEqual(foreseen);
  expect(executed[0]).toContain("SELECT 1");
});

test("what cannot be made is told when its turn comes", () => {
  const unit = unitOf();
  const recording = recordingOf(unit);
  const target = on({
    ...postgresDialect,
    render() {
      throw new RangeError("no words for it");
    },
  });
  prepareAhead(target, unit, recording);
  expect(() => rendered(target, unit, recording)).toThrow("no words for it");
});
