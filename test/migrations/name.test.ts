import { expect, test } from "bun:test";
import { compareNames, nextNumber, parseMigrationName } from "../../src/migrations/name.ts";

test("a name is four digits or more, an underscore and a label", () => {
  expect(parseMigrationName("0002_add_age")).toEqual({ number: 2, label: "add_age" });
  expect(parseMigrationName("12345_X-1")).toEqual({ number: 12345, label: "X-1" });
  for (const name of [
    "002_x",
    "0002",
    "0002_",
    "0002-x",
    "x_0002",
    "0002_a b",
    "0002_a.b",
    "0002_a/b",
    "0002_é",
    "1234567890123456_x",
    "0002_x\n",
  ]) {
    expect(parseMigrationName(name)).toBeUndefined();
  }
});

test("names are ordered by number before text, and what has no number comes last", () => {
  const names = ["other", "10000_a", "0002_b", "0002_a", "9999_z", "another"];
  expect(names.sort(compareNames)).toEqual(["0002_a", "0002_b", "9999_z", "10000_a", "another", "other"]);
});

test("the next number follows the highest, whatever the order and the gaps", () => {
  expect(nextNumber([])).toBe("0001");
  expect(nextNumber(["0009_b", "0003_a"])).toBe("0010");
  expect(nextNumber(["9999_a"])).toBe("10000");
});
