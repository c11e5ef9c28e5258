import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { basename } from "node:path";
import type { Connection } from "../../src/connection/connection.ts";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** How often a migrator is killed on each database; `YARA_KILLS=200` for the long run. */
const KILLS = Number(process.env.YARA_KILLS ?? 20);

/** A statement each way that leaves one row more: a second time would show. */
const mark = (step: string): string =>
  `m.runSQL("INSERT INTO ledger (step, way) VALUES ('${step}', 'forward')", { reverse: "INSERT INTO ledger (step, way) VALUES ('${step}', 'back')" })`;

const STEPS = ["a", "b", "c", "d", "e", "f"];

function project(): string {
  const file = (dependency: string, head: string, operations: readonly string[]) =>
    `import { migrations as m } from "yara-orm";
export const dependencies = [${dependency}];
${head}
export const operations = [${operations.join(",\n")}];
`;
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)";
  return temporaryFolder({
    "migrations/0001_initial.ts": file("", "", [
      'm.createTable("ledger", { step: m.text(), way: m.text() })',
      'm.createTable("item", { id: m.int({ pk: true }), name: m.text() })',
      `m.runSQL("INSERT INTO item (id, name) ${numbers} SELECT i, 'n' || i FROM n", { reverse: [] })`,
    ]),
    "migrations/0002_steps.ts": file('"0001_initial"', "export const atomic = false;", [
      'm.addColumn("item", "size", m.int({ null: true }))',
      mark("a"),
      'm.runSQL("UPDATE item SET size = id", { reverse: [] })',
      'm.alterColumn("item", "size", m.bigInt({ default: 3 }), { fill: 3 })',
      mark("b"),
    ]),
    "migrations/0003_index.ts": file('"0002_steps"', "", [
      mark("c"),
      'm.createIndex("item", ["name"], { name: "item_by_name", concurrently: true })',
      'm.runSQL("VACUUM", { reverse: "VACUUM" })',
      mark("d"),
    ]),
    "migrations/0004_atomic.ts": file('"0003_index"', "", [
      'm.addColumn("item", "colour", m.text(), { fill: "red" })',
      mark("e"),
      'm.createTable("more", { id: m.int({ pk: true }) })',
    ]),
    "migrations/0005_drop.ts": file('"0004_atomic"', "export const atomic = false;", [
      'm.dropIndex("item", "item_by_name", { concurrently: true })',
      mark("f"),
      'm.createIndex("item", ["size", "name"], { name: "item_by_size", concurrently: true })',
    ]),
  });
}

interface Killed {
  /** Undefined where it was killed before it came to its end. */
  readonly code: number | undefined;
  readonly stderr: string;
}

/** Starts a command and kills it after some time, or some time after it has begun with that many migrations. */
async function killed(words: readonly string[], cwd: string, when: When): Promise<Killed> {
  const command = spawn(requireBinary(), words, { cwd, env: {}, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<number | undefined>((resolve) =>
    command.once("close", (code) => resolve(code ?? undefined)),
  );
  const kill = () => setTimeout(() => command.kill("SIGKILL"), when.delayMs);
  let stderr = "";
  if (when.begun === 0) kill();
  command.stderr.on("data", (chunk: Buffer) => {
    const before = begun(stderr);
    stderr += chunk.toString();
    if (before < when.begun && begun(stderr) >= when.begun) kill();
  });
  return { code: await ended, stderr };
}

interface When {
  readonly begun: number;
  readonly delayMs: number;
}

function begun(stderr: string): number {
  return stderr.match(/^(applying|reverting) /gm)?.length ?? 0;
}

/** At any moment, mostly while something is done. */
function someTime(): When {
  const early = Math.random() < 0.1;
  return { begun: early ? 0 : Math.ceil(Math.random() * 4), delayMs: Math.random() * (early ? 200 : 60) };
}

async function ledger(connection: Connection): Promise<Record<string, number>> {
  const rows = await connection.query<{ step: string; way: string; n: number }>(
    "SELECT step, way, CAST(count(*) AS integer) AS n FROM ledger GROUP BY step, way",
  );
  return Object.fromEntries(rows.map(({ step, way, n }) => [`${step} ${way}`, Number(n)]));
}

describeDatabases("a migrator that is killed", (db) => {
  test(
    `leaves what the next run brings to its end (${KILLS} times)`,
    async () => {
      const [cwd, url] = [project(), await db.createUrl()];
      const options = ["--db", url];
      const succeed = async (words: readonly string[]) => {
        const { code, stderr } = await yaraOrm([...words, ...options], { cwd });
        expect({ words, code, stderr: code === 0 ? "" : stderr }).toEqual({ words, code: 0, stderr: "" });
      };
      await succeed(["upgrade", "0001"]);
      const connection = await db.open(url);
      let kills = 0;
      let halves = 0;
      for (let turn = 1; kills < KILLS; turn += 1) {
        for (const [words, way] of [
          [["upgrade"], "forward"],
          [["downgrade", "0001", "--confirm", basename(url)], "back"],
        ] as const) {
          let finished = false;
          // Sometimes the run that should mend it is killed as well.
          do {
            const { code, stderr } = await killed([...words, ...options], cwd, someTime());
            if (code !== undefined && code !== 0)
              throw new Error(`${words.join(" ")} ended with ${code}:\n${stderr}`);
            finished = code === 0;
            if (!finished) kills += 1;
          } while (!finished && Math.random() < 0.3);
          const heads = await yaraOrm(["heads", ...options], { cwd });
          expect(heads).toMatchObject({ code: 0, stderr: "" });
          if (heads.stdout.includes("[~]")) halves += 1;
          await succeed(words);
          await succeed(["diff"]);
          const expected = STEPS.flatMap((step): [string, number][] => [
            [`${step} forward`, turn],
            [`${step} back`, way === "back" ? turn : turn - 1],
          ]).filter(([, count]) => count > 0);
          expect(await ledger(connection)).toEqual(Object.fromEntries(expected));
          const [items] = await connection.query("SELECT count(*) AS n FROM item");
          expect(Number(items?.n)).toBe(20_000);
          expect(await connection.query("SELECT * FROM orm_progress")).toEqual([]);
        }
      }
      console.error(`${db.name}: killed ${kills} times, ${halves} times with a migration done in part`);
    },
    60_000 + KILLS * 10_000,
  );
});

/** Runs an upgrade, and `act` with its pid once `query` has a row. */
async function upgradeUntil(connection: Connection, query: string, cwd: string, url: string, act: Act) {
  const command = spawn(requireBinary(), ["upgrade", "--db", url], { cwd, env: {}, stdio: "pipe" });
  let [stdout, stderr] = ["", ""];
  command.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  command.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  let over = false;
  const ended = new Promise<unknown>((resolve) =>
    command.once("close", (code, signal) => {
      over = true;
      resolve(signal ?? code);
    }),
  );
  while (!over && (await connection.query(query)).length === 0) await Bun.sleep(5);
  if (over) throw new Error(`ended before there was a row of ${query}:\n${stderr}`);
  await act((signal) => command.kill(signal));
  return { code: await ended, stdout, stderr };
}

type Act = (kill: (signal: NodeJS.Signals) => void) => unknown;

onlyPostgres("an index that is built while somebody writes", (db) => {
  const building =
    "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()";
  const files = {
    "migrations/0001_item.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }), name: m.text() })];
`,
    "migrations/0002_index.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_item"];
export const operations = [
  m.runSQL("INSERT INTO item (name) VALUES ('a')"),
  m.createIndex("item", ["name"], { name: "Item by name", concurrently: true }),
  m.runSQL("INSERT INTO item (name) VALUES ('b')"),
];
`,
  };
  const ends: readonly (readonly [string, unknown])[] = [
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGKILL", "SIGKILL"],
    ["pg_terminate_backend", 1],
  ];
  for (const [by, code] of ends) {
    test(`is healed by the next run: ${by}`, async () => {
      const [cwd, { url, connection }] = [temporaryFolder(files), await db.create()];
      expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
      const writer = await db.open(url);
      await writer.execute(["BEGIN", "INSERT INTO item (name) VALUES ('open')"]);
      const ended = await upgradeUntil(connection, building, cwd, url, async (kill) => {
        if (by === "pg_terminate_backend") {
          await connection.query(`SELECT pg_terminate_backend(pid) FROM (${building}) AS b`);
        } else kill(by as NodeJS.Signals); // all the others are signals
      });
      expect(ended.code).toBe(code);
      const heads = await yaraOrm(["heads", "--db", url], { cwd });
      expect(heads.stdout).toBe("  [x] 0001_item\n  [~] 0002_index  1/3\n");
      if (by === "pg_terminate_backend") {
        expect(ended.stderr).toContain("while applying 0002_index");
      }
      await writer.execute(["COMMIT"]);
      const next = await yaraOrm(["upgrade", "--db", url], { cwd });
      expect({ ...next, stderr: "" }).toEqual({ code: 0, stdout: "applied: 0002_index\n", stderr: "" });
      expect((await yaraOrm(["diff", "--db", url], { cwd })).stdout).toBe("no drift detected\n");
      const rows = await connection.query("SELECT name FROM item ORDER BY name");
      expect(rows.map(({ name }) => name)).toEqual(["a", "b", "open"]);
      expect(await connection.query("SELECT FROM pg_index WHERE NOT indisvalid")).toEqual([]);
    });
  }
});

onlyPostgres("a session that the server ends", (db) => {
  test("is not replaced: the run fails and says what is applied, and the next one finishes", async () => {
    const cwd = temporaryFolder({
      "migrations/0001_gate.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("gate", { id: m.int({ pk: true }) })];
`,
      "migrations/0002_slow.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_gate"];
export const operations = [
  m.createTable("slow", { id: m.int({ pk: true }) }),
  m.runSQL("SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM gate) THEN 0 ELSE 600 END)"),
];
`,
    });
    const { url, connection } = await db.create();
    const sleeping =
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    const ended = await upgradeUntil(connection, sleeping, cwd, url, () =>
      connection.query(`SELECT pg_terminate_backend(pid) FROM (${sleeping}) AS s`),
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("while applying 0002_slow");
    expect(ended.stderr).toContain("applied before: 0001_gate");
    await connection.execute(["INSERT INTO gate (id) VALUES (1)"]);
    const next = await yaraOrm(["upgrade", "--db", url], { cwd });
    expect({ code: next.code, stdout: next.stdout }).toEqual({ code: 0, stdout: "applied: 0002_slow\n" });
  });
});
