import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  checksumOf,
  lostCode,
  parseMeaning,
  printMeaning,
  storeMeaning,
} from "../../src/migrations/stored-migration.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { Operation } from "../../src/operations/types.ts";
import { dataEqual } from "../../src/schema/compare.ts";
import { operation } from "../source/arbitraries.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

const meaning = (operations: readonly Operation[], dependencies: readonly string[] = [], atomic = true) => ({
  dependencies,
  operations,
  atomic,
});

test(
  "what is stored is read as it was, any operation with any value",
  () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 3 }), fc.array(fc.string()), fc.boolean(), (...parts) => {
        const written = meaning(...parts);
        const content = printMeaning(written);
        expect(storeMeaning(written)).toEqual({ content, checksum: checksumOf(written) });
        const read = parseMeaning(content);
        if (!dataEqual(read, written)) expect(read).toEqual(written);
        expect(dataEqual(read, written)).toBe(true);
        if (read !== undefined) expect(checksumOf(read)).toBe(checksumOf(written));
      }),
      propertyOptions,
    );
  },
  PROPERTY_TIMEOUT,
);

test("the stored form, which later versions have to read", () => {
  const table = m.createTable("a", { id: m.bigInt({ pk: true }), n: m.float({ default: -0 }) });
  const operations = [
    table,
    m.addColumn("a", "b", m.bigInt(), { fill: 12345678901234567890n }),
    m.addColumn("a", "c", m.json({ default: { $: "bigint", value: [1] } })),
    m.addColumn("a", "d", m.datetime({ default: m.sql({ postgres: "now()", sqlite: "1" }) })),
    m.runSQL("SELECT 1", { reverse: [] }),
    m.runCode(function fillIn() {}),
  ];
  expect(
    JSON.stringify(JSON.parse(printMeaning(meaning(operations, ["0001_a"], false))), null, 1),
  ).toMatchSnapshot();
});

describe("the checksum", () => {
  const code = (source: string): Operation => m.runCode(new Function(`return (${source})`)());
  const sum = (operation: Operation) => checksumOf(meaning([operation]));

  test("does not count comments, line breaks and indentation in code", () => {
    expect(sum(code("async ({ db }) => { await db.execute(['a']); }"))).toBe(
      sum(code("async ({ db }) => {\n    // why\n    await db.execute(['a']);\n}")),
    );
    expect(sum(code("() => 1"))).not.toBe(sum(code("() => 2")));
  });

  test("does not count the order of keys and of dependencies", () => {
    const column = (value: { readonly [key: string]: number }) =>
      m.addColumn("t", "c", m.json({ default: value }));
    expect(sum(column({ a: 1, b: 2 }))).toBe(sum(column({ b: 2, a: 1 })));
    expect(checksumOf(meaning([], ["a", "b"]))).toBe(checksumOf(meaning([], ["b", "a"])));
  });

  test("counts all else: operations, their order, dependencies, whether it is atomic", () => {
    const [a, b] = [m.dropTable("a"), m.dropTable("b")];
    const all = [
      meaning([]),
      meaning([a]),
      meaning([b]),
      meaning([a, b]),
      meaning([b, a]),
      meaning([], ["a"]),
      meaning([], [], false),
    ];
    expect(new Set(all.map(checksumOf)).size).toBe(all.length);
  });

  test("is the same for what was stored, where code is only a mark", () => {
    const written = meaning([
      m.runCode(
        async function fill() {},
        () => {},
      ),
    ]);
    const read = parseMeaning(printMeaning(written));
    if (read === undefined) throw new Error("it was not read");
    expect(checksumOf(read)).toBe(checksumOf(written));
    expect(lostCode(read)).toEqual([0]);
    expect(lostCode(written)).toEqual([]);
    const [operation] = read.operations;
    if (operation?.kind !== "runCode") throw new Error("it is another kind");
    expect(operation.forward.name).toBe("fill");
    expect(() => operation.forward({} as never)).toThrow("the code of fill is not stored");
  });
});

test("what is no stored migration, or one of a later version, is not read", () => {
  const texts = [
    "",
    "null",
    "[]",
    "{",
    '{"dependencies":[],"atomic":true,"operations":[{"kind":"createWorld"}]}',
  ];
  for (const text of texts) expect(parseMeaning(text)).toBeUndefined();
});
