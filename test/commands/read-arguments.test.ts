import { expect, test } from "bun:test";
import { checkArguments } from "../../src/commands/arguments.ts";
import { readArguments } from "../../src/commands/read-arguments.ts";

const args = {
  version: { type: "positional", required: false },
  fill: { type: "string" },
  "no-fill": { type: "boolean" },
  "dry-run": { type: "boolean" },
  color: { type: "boolean", default: true, negativeDescription: "no colours" },
} as const;

const read = (...words: string[]) => readArguments(checkArguments(words, { name: "test", args }), args);

test("texts, flags and positionals; of a flag that is not given, nothing", () => {
  expect(read()).toEqual({});
  expect(read("0003", "--fill", "a.b=--no", "--dry-run")).toEqual({
    version: "0003",
    fill: "a.b=--no",
    "dry-run": true,
  });
  expect(read("--fill=")).toEqual({ fill: "" });
});

test("--no-x is x = false", () => {
  expect(read("--no-color")).toEqual({ color: false });
  expect(read("--no-fill")).toEqual({ fill: false });
});
