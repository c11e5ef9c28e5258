import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chownSync, cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { type Finished, requireBinary, run, yaraOrm } from "../support/binary.ts";
import { type PostgresCluster, startPostgresCluster } from "../support/postgres-server.ts";
import { type SmallDisk, smallDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const ROWS = 4000;

/** The disk is filled up to one place after the other, with several commands each time. */
const TIMEOUT_MS = 300_000;

const NUMBERS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`;

const FILES = {
  "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("item", { id: m.int({ pk: true }), name: m.text() }),
  m.runSQL("INSERT INTO item (id, name) ${NUMBERS} SELECT i, 'name of ' || i FROM n", { reverse: [] }),
];
`,
  // A rebuild on SQLite.
  "migrations/0002_rebuild.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [
  m.alterColumn("item", "name", m.text({ null: true })),
  m.addConstraint("item", { check: "id > 0", name: "item_id" }),
];
`,
  "migrations/0003_steps.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0002_rebuild"];
export const atomic = false;
export const operations = [
  m.addColumn("item", "size", m.int({ null: true })),
  m.runSQL("UPDATE item SET size = id", { reverse: [] }),
  m.alterColumn("item", "size", m.bigInt({ default: 3 }), { fill: 3 }),
];
`,
};

/** What is there afterwards, however often it had to begin again. */
async function rowsIn(url: string): Promise<unknown> {
  const connection = await openConnection(url);
  const [row] = await connection.query(
    "SELECT CAST(count(*) AS integer) AS n, CAST(sum(id) AS integer) AS ids, CAST(sum(size) AS integer) AS sizes, CAST(count(DISTINCT name) AS integer) AS names FROM item",
  );
  const [left] = await connection.query("SELECT CAST(count(*) AS integer) AS n FROM orm_progress");
  await connection.close();
  return { ...row, left: left?.n };
}

const SUM = (ROWS * (ROWS + 1)) / 2;
const ALL_ROWS = { n: ROWS, ids: SUM, sizes: SUM, names: ROWS, left: 0 };

/** Which migration a run has failed at; "" where it came to none. */
const failedAt = ({ stderr }: Finished): string => /^error: applying (\w+) failed/m.exec(stderr)?.[1] ?? "";

describe("a full disk under a SQLite file", () => {
  test(
    "is told, wherever it comes, and the next run finishes with every row",
    async () => {
      const cwd = temporaryFolder(FILES);
      const disk = smallDisk(1024);
      const url = `sqlite:///${join(disk.folder, "app.db")}`;
      const failed = new Set<string>();
      let ended = false;
      for (let room = 0; !ended; room += 20) {
        for (const name of readdirSync(disk.folder)) rmSync(join(disk.folder, name));
        disk.fill(room);
        const first = await yaraOrm(["upgrade", "--db", url], { cwd });
        ended = first.code === 0;
        if (!ended) {
          failed.add(failedAt(first));
          expect(first).toMatchObject({ code: 1, stdout: "" });
          expect(first.stderr).toMatch(/^error: .*database or disk is full: .*app\.db \(SQLITE_FULL\)$/m);
          expect(first.stderr).toMatch(/^hint: the disk is full; make room and try again$/m);
          expect(first.stderr).not.toContain("--debug");
          // What is left is a database still.
          expect(await yaraOrm(["heads", "--db", url], { cwd })).toMatchObject({ code: 0, stderr: "" });
        }
        disk.makeRoom();
        expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
        expect({ room, ...((await rowsIn(url)) as object) }).toEqual({ room, ...ALL_ROWS });
        expect((await yaraOrm(["diff", "--db", url], { cwd })).stdout).toBe("no drift detected\n");
        expect(readdirSync(disk.folder)).toEqual(["app.db"]);
      }
      expect([...failed].sort()).toEqual(["", "0001_initial", "0002_rebuild", "0003_steps"]);
    },
    TIMEOUT_MS,
  );

  test("does not let code go on that has caught the error, outside the transaction that is gone", async () => {
    const cwd = temporaryFolder({
      "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { name: m.text() })];
`,
      "migrations/0002_rows.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [
  m.createTable("more", { name: m.text() }),
  m.runCode(async ({ db }) => {
    let caught = 0;
    for (let i = 0; i < 600; i += 1) {
      await db.run("INSERT INTO item VALUES (?)", ["x".repeat(8000)]).catch(() => { caught += 1; });
    }
    if (caught > 0) console.error("caught");
  }),
];
`,
    });
    const disk = smallDisk(4096);
    const url = `sqlite:///${join(disk.folder, "app.db")}`;
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    disk.fill(100);
    const refused = await yaraOrm(["upgrade", "--db", url], { cwd });
    expect(refused.stderr).toContain("caught");
    expect(refused.stderr).toMatch(/^error: applying 0002_rows failed.*database or disk is full/m);
    expect(refused.code).toBe(1);
    const heads = await yaraOrm(["heads", "--db", url], { cwd });
    expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_rows\n");
    const connection = await openConnection(url);
    expect(await connection.query("SELECT name FROM item")).toEqual([]);
    expect(await connection.query("SELECT name FROM sqlite_master WHERE name = 'more'")).toEqual([]);
    await connection.close();
  });
});

describe("a full disk under the files that a command writes", () => {
  const project = (disk: SmallDisk): string => {
    cpSync(temporaryFolder(FILES), disk.folder, { recursive: true });
    return disk.folder;
  };
  const FULL =
    /^error: the .*(file|folder) \S+ cannot be (written|created): no space left on device \(ENOSPC\)$/m;

  test("leaves no half of a migration", async () => {
    const disk = smallDisk(64);
    const cwd = project(disk);
    disk.fill(0);
    const before = readdirSync(join(cwd, "migrations"));
    for (const words of [["--empty"], ["--empty", "--json"]]) {
      const refused = await yaraOrm(["makemigrations", ...words], { cwd });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(FULL);
      expect(refused.stderr).toContain("migrations/0004_empty.ts");
      expect(refused.stderr).toMatch(/^hint: the disk is full: make room /m);
      expect(readdirSync(join(cwd, "migrations"))).toEqual(before);
    }
    disk.makeRoom();
    expect((await yaraOrm(["makemigrations", "--empty"], { cwd })).code).toBe(0);
  });

  test("nor where no further file has room", async () => {
    // The folder, its files, the temporary file, and no link to that.
    const disk = smallDisk(64, { files: 5 });
    const cwd = project(disk);
    const refused = await yaraOrm(["makemigrations", "--empty"], { cwd });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(FULL);
    expect(readdirSync(join(cwd, "migrations")).length).toBe(3);
  });

  test("is told by init and by inspect --out, which leave nothing half-written", async () => {
    const disk = smallDisk(16);
    disk.fill(0);
    const init = await yaraOrm(["init"], { cwd: disk.folder });
    expect(init.code).toBe(1);
    expect(init.stderr).toMatch(FULL);
    expect(init.stderr).toContain("yara-orm.d.ts");
    const cwd = temporaryFolder(FILES);
    expect((await yaraOrm(["upgrade", "--db", "app.db"], { cwd })).code).toBe(0);
    const out = join(disk.folder, "models.ts");
    const inspect = await yaraOrm(["inspect", "--db", "app.db", "--out", out], { cwd });
    expect(inspect).toMatchObject({ code: 1, stdout: "" });
    expect(inspect.stderr).toMatch(FULL);
    expect(inspect.stderr).toContain(out);
    expect(readdirSync(disk.folder).sort()).toEqual(["filler", "migrations"]);
  });

  test("is told by init where not even the folder has room", async () => {
    const disk = smallDisk(16, { files: 0 });
    const init = await yaraOrm(["init"], { cwd: disk.folder });
    expect(init.code).toBe(1);
    expect(init.stderr).toMatch(FULL);
    expect(init.stderr).toContain("migrations cannot be created");
  });
});

describe("an output that has no room", () => {
  const SHELL = ["sh", "-c", '"$@" > /dev/full', "sh"];

  for (const words of [["heads"], ["heads", "--json"], ["sqlmigrate", "1"], ["--version"], ["--help"]]) {
    test(`is no success: ${words.join(" ")}`, async () => {
      const cwd = temporaryFolder(FILES);
      const env = { DATABASE_URL: "sqlite:///app.db" };
      const full = await run([...SHELL, requireBinary(), ...words], { cwd, env });
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(
        /^error: the output could not be written: no space left on device \(ENOSPC\)$/m,
      );
    });
  }

  test("does not stop an upgrade, which is done although nobody could be told", async () => {
    const cwd = temporaryFolder(FILES);
    const env = { DATABASE_URL: "sqlite:///app.db" };
    const full = await run([...SHELL, requireBinary(), "upgrade"], { cwd, env });
    expect(full.code).toBe(1);
    expect(full.stderr).toContain("hint: what the command has done stays done");
    expect((await yaraOrm(["upgrade"], { cwd, env })).stdout).toBe("applied: nothing to apply\n");
  });

  test("keeps the exit code of an error, also with --json", async () => {
    const full = await run([...SHELL, requireBinary(), "upgrade", "--json"], { cwd: temporaryFolder() });
    expect(full.code).toBe(2);
    expect(full.stderr).toMatch(/^error: there is no /m);
  });

  test("of progress alone is no failure", async () => {
    const cwd = temporaryFolder(FILES);
    const words = ["sh", "-c", '"$@" 2> /dev/full', "sh", requireBinary(), "upgrade", "--db", "app.db"];
    expect(await run(words, { cwd })).toMatchObject({
      code: 0,
      stdout: "applied: 0001_initial, 0002_rebuild, 0003_steps\n",
    });
  });

  test("comes whole through a pipe that is read slowly and does not wait", async () => {
    const tables = Array.from(
      { length: 1500 },
      (_, i) => `m.createTable("table_${i}", { id: m.int({ pk: true }) })`,
    );
    const cwd = temporaryFolder({
      "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [${tables.join(",\n")}];
`,
    });
    // The reader puts the pipe into the state in which a write answers EAGAIN, and reads only after that.
    const script = `
import { spawn } from "node:child_process";
const command = spawn(process.argv[1], ["sqlmigrate", "1", "--db", "sqlite:///app.db"], { stdio: ["ignore", "pipe", "inherit"] });
let text = "";
command.stdout.on("data", (chunk) => {
  text += chunk;
  command.stdout.pause();
  setImmediate(() => command.stdout.resume());
});
command.on("close", (code) => console.log(code, text.match(/CREATE TABLE/g).length, text.endsWith("\\n")));
`;
    const read = await run([process.execPath, "-e", script, requireBinary()], { cwd, env: {} });
    expect(read.stdout).toBe("0 1500 true\n");
  });
});

describe("a full disk under a PostgreSQL server", () => {
  let disk: SmallDisk;
  let server: PostgresCluster;

  beforeAll(async () => {
    disk = smallDisk(24 * 1024, { keep: true });
    server = await startPostgresCluster("embedded", {});
    const folder = join(disk.folder, "space");
    mkdirSync(folder);
    if (process.getuid?.() === 0) chownSync(folder, 65534, 65534);
    const connection = await openConnection(server.url);
    await connection.execute([`CREATE TABLESPACE small LOCATION '${folder}'`]);
    await connection.close();
  });

  afterAll(async () => {
    await server?.stop();
    disk?.unmount();
  });

  test(
    "is told, wherever it comes, and the next run finishes with every row",
    async () => {
      const cwd = temporaryFolder(FILES);
      const failed = new Set<string>();
      const admin = await openConnection(server.url);
      let ended = false;
      for (let room = 0; !ended; room += 150) {
        await admin.execute(["DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop TABLESPACE small"]);
        const url = server.url.replace(/postgres$/, "shop");
        disk.fill(room);
        const first = await yaraOrm(["upgrade", "--db", url], { cwd });
        ended = first.code === 0;
        if (!ended) {
          failed.add(failedAt(first));
          expect(first).toMatchObject({ code: 1, stdout: "" });
          expect(first.stderr).toMatch(/^error: .*could not .*: No space left on device(?: \(53100\))?$/m);
          expect(first.stderr).toMatch(
            /^hint: the disk of the server is full; make room there and try again$/m,
          );
        }
        disk.makeRoom();
        expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
        expect({ room, ...((await rowsIn(url)) as object) }).toEqual({ room, ...ALL_ROWS });
        expect((await yaraOrm(["diff", "--db", url], { cwd })).stdout).toBe("no drift detected\n");
      }
      await admin.close();
      expect(failed.has("")).toBe(true);
      expect(failed.size).toBeGreaterThan(1);
    },
    TIMEOUT_MS,
  );
});

test("a full disk under the log of a PostgreSQL server, which crashes of that, loses nothing", async () => {
  const disk = smallDisk(128 * 1024, { keep: true });
  const wal = join(disk.folder, "wal");
  mkdirSync(wal);
  if (process.getuid?.() === 0) chownSync(wal, 65534, 65534);
  // The log is to be written before a COMMIT is answered.
  const server = await startPostgresCluster("embedded", {
    initdb: [`--waldir=${wal}`, "--wal-segsize=1"],
    settings: ["synchronous_commit=on", "min_wal_size=2MB", "max_wal_size=1GB", "checkpoint_timeout=1d"],
  });
  try {
    const cwd = temporaryFolder({
      ...FILES,
      "migrations/0004_much.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0003_steps"];
export const operations = [
  m.createTable("much", { id: m.int({ pk: true }), name: m.text() }),
  m.runSQL("INSERT INTO much (name) SELECT repeat('x', 1000) FROM generate_series(1, 30000)", { reverse: [] }),
];
`,
    });
    expect((await yaraOrm(["upgrade", "3", "--db", server.url], { cwd })).code).toBe(0);
    disk.fill(3 * 1024);
    const crashed = await yaraOrm(["upgrade", "--db", server.url], { cwd });
    expect(crashed).toMatchObject({ code: 1, stdout: "" });
    expect(crashed.stderr).toMatch(
      /^error: the connection to PostgreSQL at \S+ was lost: .*No space left on device, while applying 0004_much/m,
    );
    expect(crashed.stderr).toMatch(/^hint: applied by this run: none; /m);
    disk.makeRoom();
    await server.start();
    const next = await yaraOrm(["upgrade", "--wait", "--db", server.url], { cwd });
    expect(next).toMatchObject({ code: 0, stdout: "applied: 0004_much\n" });
    expect(await rowsIn(server.url)).toEqual(ALL_ROWS);
    const connection = await openConnection(server.url);
    expect(await connection.query("SELECT count(*)::int AS n FROM much")).toEqual([{ n: 30000 }]);
    await connection.close();
  } finally {
    await server.stop();
    disk.unmount();
  }
});
