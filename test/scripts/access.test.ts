import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, yaraOrm } from "../support/binary.ts";
import { CLEARTEXT_PASSWORD, fatal, startFakeServer } from "../support/fake-postgres.ts";
import { asNobody, NOBODY } from "../support/nobody.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MIGRATION = `import { migrations as m } from "yara-orm";

export const operations = [m.createTable("user", { id: m.int({ pk: true }) })];
`;

function project(): string {
  return temporaryFolder({ "migrations/0001_initial.ts": MIGRATION });
}

/** Runs the executable as the owner of the folder, to whom permissions apply. */
function ownerOf(folder: string): (...words: string[]) => Promise<Finished> {
  if (process.getuid?.() === 0)
    for (const name of ["", "app.db", "migrations"]) chownSync(join(folder, name), NOBODY, NOBODY);
  return asNobody(folder);
}

describe("a SQLite file that is read-only", () => {
  test("is read, and an upgrade says why it cannot be written", async () => {
    const folder = project();
    const upgraded = await yaraOrm(["upgrade", "--db", "app.db"], { cwd: folder });
    expect(upgraded).toMatchObject({ code: 0, stdout: "applied: 0001_initial\n" });
    const owner = ownerOf(folder);
    const migration = MIGRATION.replaceAll('"user"', '"more"').replace(
      "export",
      'export const dependencies = ["1"];\nexport',
    );
    await Bun.write(join(folder, "migrations/0002_more.ts"), migration);
    chmodSync(join(folder, "app.db"), 0o444);
    const before = readFileSync(join(folder, "app.db"));

    const refused = await owner("upgrade", "--db", "app.db");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(join(folder, "app.db"));
    expect(refused.stderr).toMatch(/^error: .*read-?only/m);
    expect(refused.stderr).toMatch(/^hint: .*writ/m);
    expect(readFileSync(join(folder, "app.db"))).toEqual(before);

    expect(await owner("heads", "--db", "app.db")).toMatchObject({
      code: 0,
      stdout: "  [x] 0001_initial\n  [ ] 0002_more\n",
    });
  });

  test("is not made in a folder that is read-only", async () => {
    const folder = project();
    await Bun.write(join(folder, "app.db"), "");
    const owner = ownerOf(folder);
    chmodSync(folder, 0o555);
    const refused = await owner("upgrade", "--db", "new.db");
    chmodSync(folder, 0o755);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(join(folder, "new.db"));
    expect(readdirSync(folder).sort()).toEqual(["app.db", "migrations"]);
  });
});

test("a migrations directory that is read-only gets no file, and is named", async () => {
  const folder = project();
  await Bun.write(join(folder, "app.db"), "");
  const owner = ownerOf(folder);
  chmodSync(join(folder, "migrations"), 0o555);
  const refused = await owner("makemigrations", "--empty");
  chmodSync(join(folder, "migrations"), 0o755);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("migrations/0002_empty.ts");
  expect(readdirSync(join(folder, "migrations"))).toEqual(["0001_initial.ts"]);
});

describe("a migrations directory that this user may not read", () => {
  const HINT =
    "hint: allow this user to read and to enter migrations and the folders above it, or name another directory with --dir";

  for (const [words, code] of [
    [["upgrade", "--db", "app.db"], 1],
    [["heads", "--db", "app.db"], 1],
    [["makemigrations"], 1],
    // A check tells what it finds, as it does of a file.
    [["check"], 4],
  ] as const) {
    test(`is named, with what to do: ${words.join(" ")}`, async () => {
      const folder = project();
      await Bun.write(join(folder, "app.db"), "");
      const owner = ownerOf(folder);
      chmodSync(join(folder, "migrations"), 0o000);
      const refused = await owner(...words);
      chmodSync(join(folder, "migrations"), 0o755);
      expect(refused).toMatchObject({ code, stdout: "" });
      expect(refused.stderr).toBe(
        `error: the migrations directory migrations cannot be read: permission denied (EACCES)\n${HINT}\n`,
      );
    });
  }

  test("is not taken for one that is missing, where it lies in another", async () => {
    const folder = project();
    await Bun.write(join(folder, "app.db"), "");
    const owner = ownerOf(folder);
    chmodSync(join(folder, "migrations"), 0o000);
    const refused = await owner("makemigrations", "--empty", "--dir", "migrations/of-app");
    chmodSync(join(folder, "migrations"), 0o755);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toStartWith("error: the migrations directory migrations/of-app cannot be read");
  });

  test("a file in it ends a run in the same way", async () => {
    const folder = project();
    await Bun.write(join(folder, "app.db"), "");
    const owner = ownerOf(folder);
    chownSync(join(folder, "migrations/0001_initial.ts"), NOBODY, NOBODY);
    chmodSync(join(folder, "migrations/0001_initial.ts"), 0o000);
    const refused = await owner("upgrade", "--db", "app.db");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(
      "error: migrations/0001_initial.ts: cannot be read: permission denied\n    hint: allow this user to read the file\n",
    );
  });
});

describe("a password", () => {
  for (const command of [["upgrade"], ["heads", "--json"], ["history", "--debug"]]) {
    test(`that is wrong is not shown: ${command.join(" ")}`, async () => {
      const server = await startFakeServer((socket) => {
        socket.once("data", () => {
          socket.write(CLEARTEXT_PASSWORD);
          socket.once("data", () =>
            socket.end(fatal("28P01", 'password authentication failed for user "app"')),
          );
        });
      });
      const url = `postgres://app:s3cr%2Ft-p$w@127.0.0.1:${server.port}/shop?sslmode=disable`;
      const folder = project();
      const refused = await yaraOrm([...command, "--db", url], { cwd: folder });
      await server.stop();
      expect(server.connections).toBe(1);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('password authentication failed for user "app"');
      expect(refused.stdout + refused.stderr).not.toMatch(/s3cr/);
    });
  }

  test("is not shown in the error of a URL", async () => {
    for (const url of [
      "postgres://app:s3cret@host:port/shop",
      "postgres://app:s3cret@/%zz",
      "sqlite://app:s3cret@x?y",
    ]) {
      const refused = await yaraOrm(["upgrade", "--db", url], { cwd: project() });
      expect(refused.code).toBe(2);
      expect(refused.stdout + refused.stderr).not.toContain("s3cret");
    }
  });
});
