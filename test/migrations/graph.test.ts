import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MigrationError } from "../../src/errors.ts";
import { buildGraph, checkNumbers, linkGraph } from "../../src/migrations/graph.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

const node = (name: string, ...dependencies: string[]) => ({ name, dependencies });

const names = (graph: { order: readonly { name: string }[] }) => graph.order.map(({ name }) => name);

function failureOf(work: () => unknown): MigrationError {
  try {
    work();
  } catch (error) {
    if (error instanceof MigrationError) return error;
  }
  return expect.unreachable();
}

describe("buildGraph", () => {
  test("orders by dependency, then by number and name", () => {
    const graph = buildGraph([
      node("0005_merge", "0003_b", "0004_c"),
      node("0004_c", "0001_a"),
      node("0003_b", "0001_a"),
      node("0001_a", "0002_late"),
      node("0002_late"),
    ]);
    expect(names(graph)).toEqual(["0002_late", "0001_a", "0003_b", "0004_c", "0005_merge"]);
    expect(graph.leaves()).toEqual(["0005_merge"]);
    expect(graph.singleLeaf()).toEqual(["0005_merge"]);
    expect([...graph.ancestors("0004_c")].sort()).toEqual(["0001_a", "0002_late"]);
  });

  test("takes a bare number for a name", () => {
    const graph = buildGraph([node("0001_a"), node("0002_b", "1"), node("0003_c", "0002")]);
    expect([...graph.ancestors("0003_c")].sort()).toEqual(["0001_a", "0002_b"]);
  });

  test("an empty history has no leaf", () => {
    expect(buildGraph([]).singleLeaf()).toEqual([]);
  });

  test("names every unknown dependency with the nearest name", () => {
    const error = failureOf(() =>
      buildGraph([node("0001_initial"), node("0002_b", "0001_inital"), node("0003_c", "9")]),
    );
    expect(error.message).toBe(
      '0002_b depends on "0001_inital", which does not exist (did you mean 0001_initial?)\n' +
        '0003_c depends on "9", which does not exist',
    );
  });

  test("names the migrations that an ambiguous number could mean", () => {
    const nodes = [node("0001_a"), node("0001_b", "0001_a"), node("0002_c", "1")];
    expect(failureOf(() => buildGraph(nodes)).message).toBe(
      '0002_c depends on "1", which stands for several migrations: 0001_a, 0001_b',
    );
  });

  test("names a cycle, and only the cycle", () => {
    const nodes = [
      node("0001_a"),
      node("0002_b", "0001_a", "0004_d"),
      node("0003_c", "0002_b"),
      node("0004_d", "0003_c"),
      node("0005_e", "0004_d"),
    ];
    expect(failureOf(() => buildGraph(nodes.toReversed())).message).toBe(
      "the dependencies form a cycle: 0004_d -> 0003_c -> 0002_b -> 0004_d",
    );
    expect(failureOf(() => buildGraph([node("0001_a", "0001_a")])).message).toBe(
      "the dependencies form a cycle: 0001_a -> 0001_a",
    );
  });

  test("allows one number twice only where the graph orders the two", () => {
    const ordered = [node("0001_a"), node("0002_z", "0001_a"), node("0003_c", "2"), node("0002_b", "0003_c")];
    // "2" is ambiguous here, a full name is not.
    expect(() => buildGraph(ordered)).toThrow("stands for several");
    const full = ordered.with(2, node("0003_c", "0002_z"));
    expect(names(buildGraph(full))).toEqual(["0001_a", "0002_z", "0003_c", "0002_b"]);

    const error = failureOf(() =>
      buildGraph([node("0001_a"), node("0002_b", "0001_a"), node("0002_c", "0001_a")]),
    );
    expect(error.message).toBe("0002_b and 0002_c have the same number, and neither depends on the other");
    expect(error.hint).toContain('dependencies = ["0002_b"]');
  });

  test.each([
    [
      ["0002_b"],
      'rename 0002_c to the next free number and add the other, as in dependencies = ["0002_b"]; or ',
    ],
    [
      ["0002_c"],
      'rename 0002_b to the next free number and add the other, as in dependencies = ["0002_c"]; or ',
    ],
    [["0002_b", "0002_c"], ""],
  ])("the way out of one number leaves applied ones as they are: %p", (applied, way) => {
    const nodes = [node("0001_a"), node("0002_b", "0001_a"), node("0002_c", "0001_a")];
    const error = failureOf(() => checkNumbers(linkGraph(nodes), undefined, new Set(["0001_a", ...applied])));
    const follow = way === "" ? "" : `let one follow the other: ${way}`;
    expect(error.hint).toBe(`${follow}join them: yara-orm makemigrations --merge`);
  });

  test("several leaves matter only to who asks for one", () => {
    const graph = buildGraph([node("0001_a"), node("0002_b", "0001_a"), node("0003_c", "0001_a")]);
    expect(graph.leaves()).toEqual(["0002_b", "0003_c"]);
    const error = failureOf(() => graph.singleLeaf());
    expect(error.message).toBe("the migrations end in several branches: 0002_b, 0003_c");
    expect(error.hint).toBe(
      'join them: yara-orm makemigrations --merge; or let one follow the other: add "0002_b" to the dependencies of 0003_c',
    );
  });

  test.each([
    [["0002_b"], '; or let one follow the other: add "0002_b" to the dependencies of 0003_c'],
    [["0003_c"], '; or let one follow the other: add "0003_c" to the dependencies of 0002_b'],
    [["0002_b", "0003_c"], ""],
  ])("the way out of several leaves leaves applied ones as they are: %p", (applied, way) => {
    const graph = buildGraph([node("0001_a"), node("0002_b", "0001_a"), node("0003_c", "0001_a")]);
    const error = failureOf(() => graph.singleLeaf(undefined, new Set(["0001_a", ...applied])));
    expect(error.hint).toBe(`join them: yara-orm makemigrations --merge${way}`);
  });

  test(
    "any acyclic graph comes out with all above before below, whatever order the files are in",
    () => {
      const acyclic = fc
        .array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
        .map((parents) =>
          parents.map((above, index) =>
            node(
              `${String(index + 1).padStart(4, "0")}_m`,
              ...new Set(
                index === 0
                  ? []
                  : above.map((parent) => `${String((parent % index) + 1).padStart(4, "0")}_m`),
              ),
            ),
          ),
        );
      fc.assert(
        fc.property(
          acyclic.chain((nodes) =>
            fc.tuple(fc.constant(nodes), fc.shuffledSubarray(nodes, { minLength: nodes.length })),
          ),
          ([nodes, shuffled]) => {
            const order = names(buildGraph(shuffled));
            expect(order).toEqual(names(buildGraph(nodes)));
            for (const { name, dependencies } of nodes) {
              for (const dependency of dependencies) {
                expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(name));
              }
            }
          },
        ),
        propertyOptions,
      );
    },
    PROPERTY_TIMEOUT,
  );

  test("ten thousand in a row are no deeper than one", () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      node(`${index + 10_000}_m`, ...(index === 0 ? [] : [`${index + 9_999}_m`])),
    );
    const graph = buildGraph(chain.toReversed());
    expect(graph.order).toHaveLength(10_000);
    expect(graph.ancestors("19999_m").size).toBe(9_999);
  });
});
