import { expect, test } from "bun:test";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { postgresDialect } from "../../src/dialects/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialects/sqlite/dialect.ts";
import { prepareAhead, preparedOf } from "../../src/executor/prepared.ts";
import { forwardUnit, type Unit } from "../../src/executor/unit.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";

function unitOf(): Unit {
  const operations = [m.createTable("a", { id: m.int({ pk: true }) })];
  return forwardUnit({ name: "0001_a", path: "", dependencies: [], operations, atomic: true }, EMPTY_SCHEMA);
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

function rendered(dialect: Dialect, unit: Unit) {
  const { groups, renderingOf } = preparedOf(dialect, unit);
  return groups.map(renderingOf);
}

test("what was made ahead is used for one run, and is what is made without it", () => {
  const unit = unitOf();
  const { dialect, count } = counting(postgresDialect);
  prepareAhead(dialect, unit);
  expect(count()).toBe(1);
  expect(rendered(dialect, unit)).toEqual(rendered(postgresDialect, unitOf()));
  expect(count()).toBe(1);
  rendered(dialect, unit);
  expect(count()).toBe(2);
});

test("what was made for one dialect is not taken for another", () => {
  const unit = unitOf();
  prepareAhead(postgresDialect, unit);
  expect(rendered(sqliteDialect, unit)).toEqual(rendered(sqliteDialect, unitOf()));
});

test("what cannot be made is told when its turn comes", () => {
  const unit = unitOf();
  const broken: Dialect = {
    ...postgresDialect,
    render() {
      throw new RangeError("no words for it");
    },
  };
  prepareAhead(broken, unit);
  expect(() => rendered(broken, unit)).toThrow("no words for it");
});
