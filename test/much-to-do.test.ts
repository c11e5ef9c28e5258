import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { defineModel, fields } from "../src/index.ts";
import { readPlainModule } from "../src/migrations/plain-source.ts";
import { expectToRead, expectToRun, whenMuchToDo } from "../src/much-to-do.ts";
import { buildBinary, yaraOrm } from "./support/binary.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

beforeAll(buildBinary, 120_000);

afterEach(() => whenMuchToDo(() => {}));

test("work is prepared for once, when there is much of it", () => {
  const prepared: number[] = [];
  let expected = 0;
  whenMuchToDo(() => prepared.push(expected));
  for (expected of [1, 100, 249, 250, 1000]) expectToRun(expected);
  expect(prepared).toEqual([250]);
});

test("of what is only read there has to be more", () => {
  const prepared: number[] = [];
  let read = 0;
  whenMuchToDo(() => prepared.push(read));
  for (const columns of [250, 4749, 1, 1]) {
    read += columns;
    expectToRead(columns);
  }
  expect(prepared).toEqual([5000]);
});

test("files that are long are much to do", async () => {
  const prepared: string[] = [];
  const file = (name: string, length: number) => `${name}: ${"x".repeat(length)}`;
  const folder = temporaryFolder({ "0001_a.ts": file("a", 200_000), "0002_b.ts": file("b", 150_000) });
  whenMuchToDo(() => prepared.push("prepared"));
  readPlainModule(join(folder, "0001_a.ts"), true);
  expect(prepared).toEqual([]);
  readPlainModule(join(folder, "0002_b.ts"), true);
  expect(prepared).toEqual(["prepared"]);
});

test("models that are many are much to do", () => {
  let prepared = false;
  whenMuchToDo(() => {
    prepared = true;
  });
  for (let at = 0; at < 5000; at += 1) defineModel(`Many${at}`, { id: fields.int({ pk: true }) });
  expect(prepared).toBe(true);
});

describe("the executable compiles what it runs", () => {
  const models = (count: number, when = "true") => `import { join } from "node:path";
import { defineModel, fields } from "yara-orm";
Bun.unsafe.setJITPolicy = (scale) => ${when} && console.error("policy " + scale);
export const models = Object.fromEntries(Array.from({ length: ${count} }, (_, at) => at)
  .map((at) => ["M" + at, defineModel("M" + at, { id: fields.int({ pk: true }) })]));
export const [first] = Object.values(models);
`;
  const exported = (count: number) =>
    Array.from({ length: count }, (_, at) => `export const M${at} = models.M${at};\n`).join("");
  test.each([
    ["with few models reluctantly, for a while", models(10, "process.uptime() < 2"), 0],
    ["with very many models as usual", models(5000), 1],
    ["with many changes as usual", models(300) + exported(300), 1],
    ["after a while as usual", `${models(10)}await Bun.sleep(2500);\n`, 1],
  ])("%s", async (_, text, times) => {
    const folder = temporaryFolder({ "models.ts": text });
    const { stderr, code } = await yaraOrm(["makemigrations", "--models", "models.ts"], { cwd: folder });
    const policies = stderr.split("\n").filter((line) => line.startsWith("policy "));
    expect({ code, policies }).toEqual({
      code: 0,
      policies: Array.from({ length: times }, () => "policy 1"),
    });
  });
});
