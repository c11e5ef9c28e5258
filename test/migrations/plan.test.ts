import { describe, expect, test } from "bun:test";
import { MigrationError, UsageError } from "../../src/errors.ts";
import { buildGraph } from "../../src/migrations/graph.ts";
import { missingFiles, planDowngrade, planUpgrade } from "../../src/migrations/plan.ts";

const node = (name: string, ...dependencies: string[]) => ({ name, dependencies });

/** 1 -> 2 -> 4, 1 -> 3 -> 4 */
const graph = buildGraph([
  node("0001_a"),
  node("0002_b", "0001_a"),
  node("0003_c", "0001_a"),
  node("0004_d", "0002_b", "0003_c"),
]);
const ALL = ["0001_a", "0002_b", "0003_c", "0004_d"];

describe("planUpgrade", () => {
  test("applies everything that is pending, in order", () => {
    expect(planUpgrade(graph, [])).toEqual(ALL);
    expect(planUpgrade(graph, ["0003_c", "0001_a"])).toEqual(["0002_b", "0004_d"]);
    expect(planUpgrade(graph, ALL)).toEqual([]);
  });

  test("stops after the target, and leaves out what the target does not need", () => {
    expect(planUpgrade(graph, [], "0003_c")).toEqual(["0001_a", "0003_c"]);
    expect(planUpgrade(graph, ["0001_a"], "0004_d")).toEqual(["0002_b", "0003_c", "0004_d"]);
    expect(planUpgrade(graph, ALL, "0002_b")).toEqual([]);
  });

  test("ignores applied migrations without a file, which are reported apart", () => {
    const applied = ["0001_a", "0009_gone", "0002_left"];
    expect(planUpgrade(graph, applied, "0002_b")).toEqual(["0002_b"]);
    expect(missingFiles(graph, applied)).toEqual(["0002_left", "0009_gone"]);
  });

  test("an unknown target is an error", () => {
    expect(() => planUpgrade(graph, [], "0009_x")).toThrow(MigrationError);
  });
});

describe("planDowngrade", () => {
  test("reverts all that comes after the target, last first", () => {
    expect(planDowngrade(graph, ALL, { target: "0001_a" })).toEqual(["0004_d", "0003_c", "0002_b"]);
    expect(planDowngrade(graph, ALL, { target: "0003_c" })).toEqual(["0004_d"]);
    expect(planDowngrade(graph, ["0001_a", "0003_c"], { target: "0001_a" })).toEqual(["0003_c"]);
    expect(planDowngrade(graph, ALL, { target: "0004_d" })).toEqual([]);
  });

  test("zero reverts all", () => {
    expect(planDowngrade(graph, ALL, { target: "zero" })).toEqual(ALL.toReversed());
    expect(planDowngrade(graph, [], { target: "zero" })).toEqual([]);
  });

  test("steps revert the last ones, at most all", () => {
    expect(planDowngrade(graph, ["0003_c", "0001_a", "0002_b"], { steps: 1 })).toEqual(["0003_c"]);
    expect(planDowngrade(graph, ALL, { steps: 2 })).toEqual(["0004_d", "0003_c"]);
    expect(planDowngrade(graph, ALL, { steps: 99 })).toEqual(ALL.toReversed());
    expect(planDowngrade(graph, [], { steps: 1 })).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "%p steps are no number of steps",
    (steps) => {
      expect(() => planDowngrade(graph, ALL, { steps })).toThrow(UsageError);
    },
  );

  test("a target that is not applied, or not known, is an error", () => {
    expect(() => planDowngrade(graph, ["0001_a"], { target: "0002_b" })).toThrow(
      "cannot go back to 0002_b: it is not applied",
    );
    expect(() => planDowngrade(graph, ["0001_a"], { target: "0009_x" })).toThrow(
      "there is no migration 0009_x",
    );
  });

  test("what has no file stops it only where it would have to be reverted", () => {
    const applied = [...ALL, "0003_gone"];
    const refusal = "0003_gone is applied and would be reverted, but its file is missing";
    expect(planDowngrade(graph, applied, { target: "0004_d" })).toEqual([]);
    expect(() => planDowngrade(graph, applied, { target: "0003_c" })).toThrow(refusal);
    expect(() => planDowngrade(graph, applied, { target: "0002_b" })).toThrow(refusal);
    expect(() => planDowngrade(graph, applied, { target: "zero" })).toThrow(refusal);
    expect(planDowngrade(graph, applied, { steps: 1 })).toEqual(["0004_d"]);
    expect(() => planDowngrade(graph, applied, { steps: 2 })).toThrow(refusal);
    expect(() => planDowngrade(graph, [...ALL, "0009_gone"], { steps: 1 })).toThrow("0009_gone");
  });
});
