import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { askRenames } from "../../src/autodetector/ask-renames.ts";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { openQuestions } from "../../src/autodetector/open-questions.ts";
import { parseRenameAnswers } from "../../src/autodetector/rename-answers.ts";
import {
  columnQuestions,
  isAnythingGone,
  QUESTIONS,
  tableQuestions,
  valueQuestions,
} from "../../src/autodetector/rename-candidates.ts";
import { orderRenames } from "../../src/autodetector/rename-order.ts";
import { applyRenames, type Rename } from "../../src/autodetector/renames.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import type { Operation } from "../../src/operations/types.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { type Schema, tablesByName, withViews } from "../../src/schema/schema.ts";
import { isGenerated } from "../../src/schema/table.ts";
import { anySchema, schemaPair } from "../support/arbitraries.ts";
import { Chooser } from "../support/chooser.ts";
import { check, checkAsync, PROPERTY_TIMEOUT } from "../support/runs.ts";

const tape = fc.array(fc.nat(0xffff), { maxLength: 60, size: "max" });

/** Some of the names under each other's names, in circles and chains, and some under new ones. */
function shuffled(chooser: Chooser, names: readonly string[]): { from: string; to: string }[] {
  const chosen = chooser.some(names, 4);
  const targets = [...chosen.slice(1), chooser.chance(50) ? (chosen[0] ?? "") : `fresh ${chooser.below(9)}`];
  const pairs = chosen.map((from, at) => ({ from, to: targets[at] ?? from }));
  return pairs.filter(({ from, to }) => from !== to && (chosen.includes(to) || !names.includes(to)));
}

/** Models do not declare views, which would stand in the way of some renames. */
function withoutViews(schema: Schema): Schema {
  return withViews(schema, [], []);
}

/** Renames all at once: every name steps aside first. */
function renameAll(
  schema: Schema,
  pairs: readonly { from: string; to: string }[],
  rename: (from: string, to: string) => Operation,
): Schema {
  const aside = pairs.map(({ from, to }, at) => ({ from, between: `aside ${at}`, to }));
  const steps = [
    ...aside.map(({ from, between }) => rename(from, between)),
    ...aside.map(({ between, to }) => rename(between, to)),
  ];
  return steps.reduce((next, step) => applyOperation(step, next), schema);
}

/** A schema, the same one with other names, and the renames between them. */
const renamed = fc.tuple(anySchema().map(withoutViews), tape).map(([from, numbers]) => {
  const chooser = new Chooser(numbers);
  const renames: Rename[] = [];
  const tables = shuffled(chooser, [...from.tables.keys()].sort());
  let to = renameAll(from, tables, (old, fresh) => ({ kind: "renameTable", from: old, to: fresh }));
  renames.push(...tables.map((pair): Rename => ({ kind: "table", ...pair })));
  for (const { name, columns } of tablesByName(to)) {
    // A check names its columns in a text, which reads the same only if nothing is renamed into a name of it.
    if (to.tables.get(name)?.checks.length !== 0 || !chooser.chance(60)) continue;
    const pairs = shuffled(chooser, columns.map((column) => column.name).sort());
    to = renameAll(to, pairs, (old, fresh) => ({ kind: "renameColumn", table: name, from: old, to: fresh }));
    renames.push(...pairs.map((pair): Rename => ({ kind: "column", table: name, ...pair })));
  }
  return { from, to, renames };
});

/** Two schemas, with and without much in common. */
const pair = fc.oneof(
  renamed,
  schemaPair().map(({ from, to }) => ({ from: withoutViews(from), to: withoutViews(to) })),
);

/** Two schemas, and something old that gets the name of something else that both have. */
const renamedOver = fc
  .tuple(schemaPair(), tape)
  .map(([{ from, to }, numbers]) => ({
    from: withoutViews(from),
    to: withoutViews(to),
    chooser: new Chooser(numbers),
  }))
  .map(({ from, to, chooser }) => {
    const both = (left: Iterable<string>, right: { has(name: string): boolean }) =>
      [...left].filter((name) => right.has(name)).sort();
    const tables = both(from.tables.keys(), to.tables);
    const over = chooser.pick(tables);
    const old = chooser.pick([...from.tables.keys()].filter((name) => !to.tables.has(name)).sort());
    if (over !== undefined && old !== undefined && chooser.chance(50)) {
      return { from, to, rename: { kind: "table", from: old, to: over } as const };
    }
    const table = over ?? "";
    const names = (schema: Schema) => (schema.tables.get(table)?.columns ?? []).map(({ name }) => name);
    const column = chooser.pick(both(names(from), new Set(names(to))));
    // A generated column may be computed from the one that has to go.
    const plain = (from.tables.get(table)?.columns ?? []).filter((candidate) => !isGenerated(candidate));
    const gone = plain.map(({ name }) => name).filter((name) => !names(to).includes(name));
    const other = chooser.pick(gone.sort());
    if (column === undefined || other === undefined) return undefined;
    return { from, to, rename: { kind: "column", table, from: other, to: column } as const };
  })
  .filter((found) => found !== undefined);

const NOTHING = { renames: [], added: [] };

describe("renames", () => {
  test(
    "neither come up nor follow by themselves where nothing is gone",
    () => {
      let complete = 0;
      check(pair, ({ from, to }) => {
        if (isAnythingGone(from, to)) return;
        complete += 1;
        expect(QUESTIONS.flatMap((find) => find(from, to))).toEqual([]);
        expect(applyRenames(from, to, []).operations).toEqual([]);
      });
      expect(complete).toBeGreaterThan(0);
    },
    PROPERTY_TIMEOUT,
  );

  test(
    "that are decided lead from the one schema to the other, whatever chains and circles they make",
    () =>
      check(renamed, ({ from, to, renames }) => {
        const { operations, schema } = applyRenames(from, to, renames);
        expect(operations.reduce((next, operation) => applyOperation(operation, next), from)).toEqual(schema);
        const rest = diffSchemas(schema, to).operations;
        expect(rest.filter(({ kind }) => kind === "dropTable" || kind === "dropColumn")).toEqual([]);
        const reached = rest.reduce((next, operation) => applyOperation(operation, next), schema);
        expect(compareSchemas(reached, to)).toEqual([]);
      }),
    PROPERTY_TIMEOUT,
  );

  test(
    "to the name of something that is dropped lead from the one schema to the other",
    () =>
      check(renamedOver, ({ from, to, rename }) => {
        const { operations, schema } = applyRenames(from, to, [rename]);
        const all = [...operations, ...diffSchemas(schema, to).operations];
        expect(all.some(({ kind }) => kind === "renameTable" || kind === "renameColumn")).toBe(true);
        const reached = all.reduce((next, operation) => applyOperation(operation, next), from);
        expect(compareSchemas(reached, to)).toEqual([]);
      }),
    PROPERTY_TIMEOUT,
  );

  test(
    "are never found between a schema and itself, and every question has what is gone among its answers",
    () =>
      check(renamed, ({ from, to }) => {
        const ask = (a: Schema, b: Schema) => [
          ...tableQuestions(a, b),
          ...columnQuestions(a, b),
          ...valueQuestions(a, b),
        ];
        expect(ask(from, from)).toEqual([]);
        for (const { kind, of, added, candidates } of ask(from, to)) {
          expect(candidates.length).toBeGreaterThan(0);
          if (kind !== "column") continue;
          const names = (schema: Schema) =>
            schema.tables.get(of ?? "")?.columns.map(({ name }) => name) ?? [];
          expect(names(to)).toContain(added);
          expect(names(from)).toEqual(expect.arrayContaining([...candidates]));
        }
      }),
    PROPERTY_TIMEOUT,
  );
});

describe("answers", () => {
  test(
    "lead from the one schema to the other, whatever they are",
    () =>
      checkAsync(fc.tuple(pair, tape), async ({ 0: { from, to }, 1: numbers }) => {
        const chooser = new Chooser(numbers);
        const { operations, schema } = await askRenames(from, to, NOTHING, async (_, free) =>
          chooser.chance(70) ? free[chooser.below(Math.max(free.length, 1))] : undefined,
        );
        const all = [...operations, ...diffSchemas(schema, to).operations];
        const reached = all.reduce((next, operation) => applyOperation(operation, next), from);
        expect(compareSchemas(reached, to)).toEqual([]);
      }),
    PROPERTY_TIMEOUT,
  );

  test(
    "that stand first in all questions answer all of them",
    () =>
      checkAsync(pair, async ({ from, to }) => {
        const questions = await openQuestions(from, to, NOTHING, new Map());
        const first = questions.flatMap(({ kind, answers }) => (kind === "fill" ? [] : answers.slice(0, 1)));
        const renames = first.flatMap((answer) => ("rename" in answer ? [answer.rename] : []));
        const added = first.flatMap((answer) => ("new" in answer ? [answer.new] : []));
        const given = parseRenameAnswers(renames, added, from, to);
        const left = await openQuestions(from, to, given, new Map());
        expect(left.filter(({ kind }) => kind !== "fill")).toEqual([]);
        const needed = questions.filter(
          ({ kind, onlyIf }) => kind === "fill" && !onlyIf?.some((it) => "new" in it),
        );
        const names = (list: typeof left) =>
          list.map((it) => (it.kind === "fill" ? [it.table, it.column] : [])).sort();
        expect(names(left)).toEqual(names(needed));
      }),
    PROPERTY_TIMEOUT,
  );
});

test("an order of renames never takes a name that is in use", () => {
  const orders = [
    [["a", "b"]],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [
      ["a", "b"],
      ["b", "c"],
      ["c", "a"],
    ],
    [
      ["a", "b"],
      ["b", "c"],
    ],
    [
      ["a", "a_renamed"],
      ["b", "a"],
      ["c", "b"],
      ["d", "e"],
      ["e", "d"],
    ],
  ];
  for (const order of orders) {
    const pairs = order.map(([from = "", to = ""]) => ({ from, to }));
    const names = new Set(pairs.map(({ from }) => from));
    const place = new Map(pairs.map(({ from }) => [from, from]));
    for (const { from, to } of orderRenames(pairs, (name) => names.has(name))) {
      expect(names.has(to)).toBe(false);
      names.delete(from);
      names.add(to);
      for (const [original, now] of place) if (now === from) place.set(original, to);
    }
    expect([...place]).toEqual(pairs.map(({ from, to }) => [from, to]));
  }
});
