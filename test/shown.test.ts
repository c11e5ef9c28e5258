import { expect, test } from "bun:test";
import { messageOf } from "../src/shown.ts";

class Talkative extends Error {
  override get message(): string {
    throw new Error("no message");
  }
}

const THROWN: readonly (readonly [thrown: unknown, message: string])[] = [
  [new TypeError("wrong"), "wrong"],
  ["text", "text"],
  [undefined, "undefined was thrown, which is no error"],
  [7n, "7n was thrown, which is no error"],
  [new Set([1]), "an object was thrown, which is no error"],
  [{ toString: null }, "an object was thrown, which is no error"],
  [new Talkative(), "an object was thrown, which is no error"],
  [Object.assign(new Error(), { message: 7 }), "an object was thrown, which is no error"],
  [() => {}, "a function was thrown, which is no error"],
];

for (const [thrown, message] of THROWN) {
  test(`what was thrown, in words: ${message}`, () => expect(messageOf(thrown)).toBe(message));
}
