import { expect, test } from "bun:test";
import fc from "fast-check";
import { toPlainJson } from "../../src/migrations/plain-json.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

const NO_CODE = {
  encode: () => {
    throw new Error("there is no code in it");
  },
  decode: (value: unknown) => value,
};

test(
  "data that needs no mark is the same text beside data that does",
  () => {
    // Also keys that are numbers, which an object gives back in an order of its own.
    const data = fc.object({ key: fc.oneof(fc.string(), fc.nat(30).map(String)), withBigInt: false });
    fc.assert(
      fc.property(data, fc.boolean(), (value, sorted) => {
        const text = toPlainJson(value, NO_CODE, sorted);
        expect(toPlainJson({ v: value, w: 1n }, NO_CODE, sorted)).toBe(
          `{"v":${text},"w":{"$":"bigint","value":"1"}}`,
        );
      }),
      propertyOptions,
    );
  },
  PROPERTY_TIMEOUT,
);

test("keys without a value are left out, and sorted where their order does not count", () => {
  const value = { b: undefined, d: [{ z: 1, y: null }], a: "é\n", 10: true, 9: false };
  expect(toPlainJson(value, NO_CODE)).toBe(JSON.stringify(value));
  expect(toPlainJson({ d: [{ z: 1, y: null }], a: "é\n" }, NO_CODE, true)).toBe(
    '{"a":"é\\n","d":[{"y":null,"z":1}]}',
  );
});
