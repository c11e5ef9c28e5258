import { expect, test } from "bun:test";
import { UsageError } from "../../src/errors.ts";
import { resolveMigration, resolveTargetBack } from "../../src/migrations/resolve.ts";

const NAMES = ["0001_initial", "0002_add_age", "0003_x", "0003_y"];

function failureOf(names: readonly string[], given: string, resolve = resolveMigration): UsageError {
  try {
    resolve(names, given);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  return expect.unreachable();
}

test("a migration is meant by its full name or its number", () => {
  expect(resolveMigration(NAMES, "0002_add_age")).toBe("0002_add_age");
  expect(resolveMigration(NAMES, "2")).toBe("0002_add_age");
  expect(resolveMigration(NAMES, "0002")).toBe("0002_add_age");
  expect(resolveMigration(NAMES, "0003_y")).toBe("0003_y");
});

test("an unknown name comes with the nearest and the known ones", () => {
  const error = failureOf(NAMES, "0002_add_agee");
  expect(error.message).toBe('there is no migration "0002_add_agee"');
  expect(error.hint).toBe(
    "did you mean 0002_add_age? known migrations: 0001_initial, 0002_add_age, 0003_x, 0003_y",
  );
  expect(failureOf([], "1").hint).toBe("known migrations: none");
  for (const given of ["", "add_age", "0002_", "2 ", "-2", "2.0", "0x2", "9".repeat(30)]) {
    expect(failureOf(NAMES, given).message).toBe(`there is no migration ${JSON.stringify(given)}`);
  }
});

test("zero is what may be gone back to, and is suggested for that alone", () => {
  expect(resolveTargetBack(NAMES, "zero")).toBe("zero");
  expect(resolveTargetBack(NAMES, "1")).toBe("0001_initial");
  const known = "known migrations: 0001_initial, 0002_add_age, 0003_x, 0003_y";
  expect(failureOf(NAMES, "zer", resolveTargetBack).hint).toBe(
    `did you mean zero? ${known}; zero reverts all of them`,
  );
  expect(failureOf(NAMES, "zer").hint).toBe(known);
});

test("a number that two migrations have is ambiguous", () => {
  expect(failureOf(NAMES, "3").message).toBe("the number 3 stands for several migrations: 0003_x, 0003_y");
});

test("of many known names the newest twenty are listed", () => {
  const many = Array.from({ length: 50 }, (_, index) => `${String(index + 1).padStart(4, "0")}_m`);
  const { hint } = failureOf(many, "nothing like it");
  expect(hint).toStartWith("known migrations: 0031_m, 0032_m");
  expect(hint).toEndWith("0050_m and 30 earlier ones");
});
