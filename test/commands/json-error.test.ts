import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonErrorAt } from "../../src/commands/json-error.ts";
import { check, PROPERTY_TIMEOUT } from "../support/runs.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test(
  "what the place of an error is looked for in is JSON exactly where it has none",
  () =>
    check(
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "x", "\n", "\\", "0")),
      ([json, at, inserted]) => {
        expect(jsonErrorAt(json)).toBeUndefined();
        const place = at % (json.length + 1);
        for (const text of [
          json.slice(0, place),
          json.slice(0, place) + inserted + json.slice(place),
          json.slice(0, place) + inserted + json.slice(place + 1),
        ]) {
          expect(jsonErrorAt(text) === undefined).toBe(parses(text));
        }
      },
    ),
  PROPERTY_TIMEOUT,
);

test.each([
  ["", { line: 1, column: 1 }],
  ['{"a": tru}', { line: 1, column: 7 }],
  ['{\n  "a": 1\n  "b": 2\n}', { line: 3, column: 3 }],
  ["[1, ]", { line: 1, column: 5 }],
  ["[1] 2", { line: 1, column: 5 }],
])("%j", (text, place) => {
  expect(jsonErrorAt(text)).toEqual(place);
});
