import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "..");

test("every test that SECURITY.md names is there", () => {
  const links = [...readFileSync(join(ROOT, "SECURITY.md"), "utf8").matchAll(/\]\((test\/[^)]+)\)/g)].map(
    ([, path = ""]) => path,
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
