import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  mentionsIdentifier,
  normalizeExpression,
  renameIdentifier,
  shortenIdentifiers,
  tokenizeSql,
} from "../../src/schema/sql-tokens.ts";
import { HOSTILE_NAMES } from "../support/names.ts";
import { check } from "../support/runs.ts";

const kinds = (sql: string) => tokenizeSql(sql).map(({ kind, text }) => `${kind} ${text}`);

describe("tokenizeSql", () => {
  test("loses nothing, whatever the text is", () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      "`",
      "[",
      "]",
      "$$",
      "$a$",
      "--",
      "/*",
      "*/",
      "\n",
      "x",
      " ",
      "e'",
      "1",
      "(",
    );
    check(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (sql) => {
        expect(
          tokenizeSql(sql)
            .map(({ text }) => text)
            .join(""),
        ).toBe(sql);
      },
    );
  });

  test("tells strings, identifiers and comments apart", () => {
    expect(kinds(`"a""b" = 'it''s' -- "c"`)).toEqual([
      `quoted "a""b"`,
      "space  ",
      "symbol =",
      "space  ",
      "string 'it''s'",
      "space  ",
      `comment -- "c"`,
    ]);
    expect(kinds("$tag$ 'x' $tag$")).toEqual(["string $tag$ 'x' $tag$"]);
    expect(kinds("/* a\nb */x1")).toEqual(["comment /* a\nb */", "word x1"]);
    expect(kinds("E'it\\'s'||a")).toEqual(["string E'it\\'s'", "symbol |", "symbol |", "word a"]);
  });

  test("knows what a quoted identifier denotes", () => {
    expect(tokenizeSql(`"a""b"`)[0]?.name).toBe('a"b');
    expect(tokenizeSql("`a``b`")[0]?.name).toBe("a`b");
    expect(tokenizeSql("[a b]")[0]?.name).toBe("a b");
  });
});

describe("mentionsIdentifier", () => {
  test.each([
    ["age > 0", "age", true],
    ["AGE > 0", "age", true],
    [`"age" > 0`, "age", true],
    [`"Age" > 0`, "age", false],
    ["page > 0", "age", false],
    ["name = 'age'", "age", false],
    ["name > 0 -- age", "age", false],
    ["a > 0 AND b > 0", "and", false],
    [`"and" > 0`, "and", true],
    ["a IS NULL", "null", false],
    ["length(name) > 3", "length", false],
    ["length (name) > length", "length", true],
    ["t.age > 0", "age", true],
    ["größe > 0", "größe", true],
  ])("%s mentions %s: %p", (sql, name, expected) => {
    expect(mentionsIdentifier(sql, name)).toBe(expected);
  });
});

describe("renameIdentifier", () => {
  test("renames the column and nothing else", () => {
    expect(renameIdentifier(`age > 0 AND "age" < 9 AND name <> 'age' -- age`, "age", "years")).toBe(
      `"years" > 0 AND "years" < 9 AND name <> 'age' -- age`,
    );
    expect(renameIdentifier("length(length) > 0", "length", "size")).toBe(`length("size") > 0`);
    expect(renameIdentifier(`"and" > 0 AND a > 0`, "and", "x")).toBe(`"x" > 0 AND a > 0`);
  });

  test("there and back is the same expression, whatever the name", () => {
    for (const name of HOSTILE_NAMES) {
      const there = renameIdentifier(`age > 0 AND "age" < 100`, "age", name);
      expect(mentionsIdentifier(there, name)).toBe(true);
      expect(normalizeExpression(renameIdentifier(there, name, "age"))).toBe("age > 0 AND age < 100");
    }
  });
});

describe("normalizeExpression", () => {
  test("has one spelling for spaces, comments and needless quotes", () => {
    expect(normalizeExpression(` "age"  >\n0 `)).toBe("age > 0");
    expect(normalizeExpression("age/* years */> 0")).toBe(normalizeExpression("age > 0"));
  });

  test("keeps quotes that mean something, and strings", () => {
    expect(normalizeExpression(`"Age" > 0`)).toBe(`"Age" > 0`);
    expect(normalizeExpression(`"null" = "true"`)).toBe(`"null" = "true"`);
    expect(normalizeExpression(`name = '"a"  b'`)).toBe(`name = '"a"  b'`);
  });

  test("takes the text of each database", () => {
    expect(normalizeExpression({ postgres: `"a"  > 0`, sqlite: "a >  1" })).toEqual({
      postgres: "a > 0",
      sqlite: "a > 1",
    });
  });
});

describe("shortenIdentifiers", () => {
  test("shortens names of columns and no strings", () => {
    const long = "x".repeat(70);
    const short = shortenIdentifiers(`"${long}" > 0 AND a <> '${long}'`);
    expect(short).toMatch(/^"x{52}_[0-9a-f]{10}" > 0 AND a <> 'x{70}'$/);
    expect(shortenIdentifiers("a > 0")).toBe("a > 0");
  });
});
