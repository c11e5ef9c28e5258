import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import type { DatabaseRow } from "../../src/connection/connection.ts";
import { requireBinary } from "../support/binary.ts";
import { onlyPostgres } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'yara_verify_%'";

/** Of the one session: other tests have scratch databases at the same time. */
const DATABASES =
  "SELECT datname FROM pg_stat_activity WHERE datname LIKE 'yara_verify_%' AND application_name = $1";

onlyPostgres("a verification that is stopped", (db) => {
  for (const [what, operation] of [
    [
      "code runs",
      'm.runCode(async ({ db }) => { if (db.dialect === "postgres") await new Promise(() => setInterval(() => {}, 1000)); })',
    ],
    ["SQL runs", 'm.runSQL({ postgres: ["SELECT pg_sleep(600)"], sqlite: [] })'],
  ] as const) {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      test(`while ${what} leaves nothing behind: ${signal}`, async () => {
        const { url, connection } = await db.create();
        const folder = temporaryFolder({
          "migrations/0001_endless.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }) }), ${operation}];
`,
        });
        const command = spawn(requireBinary(), ["verify", "--db", url], {
          cwd: folder,
          env: {},
          stdio: "ignore",
        });
        const ended = new Promise<unknown>((resolve) =>
          command.once("close", (code, by) => resolve(by ?? code)),
        );
        // The transaction of the migration holds a lock on the table that it has made.
        const begun = `SELECT 1 FROM pg_locks WHERE relation IS NOT NULL AND mode = 'AccessExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
        while ((await connection.query(begun)).length === 0);
        expect(await connection.query(SCHEMAS)).toHaveLength(1);
        command.kill(signal);
        expect(await ended).toBe(expected);
        expect(await connection.query(SCHEMAS)).toEqual([]);
      });
    }
  }

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`leaves no database behind: ${signal}`, async () => {
      const { url, connection } = await db.create();
      const folder = temporaryFolder({
        "migrations/0001_endless.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createSchema("billing"), m.runSQL({ postgres: ["SELECT pg_sleep(600)"], sqlite: [] })];
`,
      });
      const name = `yara_test_${crypto.randomUUID()}`;
      const own = new URL(url);
      own.searchParams.set("application_name", name);
      const command = spawn(requireBinary(), ["verify", "--db", own.href], {
        cwd: folder,
        env: {},
        stdio: "ignore",
      });
      const ended = new Promise<unknown>((resolve) =>
        command.once("close", (code, by) => resolve(by ?? code)),
      );
      const begun = `${DATABASES} AND state = 'active' AND query LIKE '%pg_sleep%'`;
      let databases: readonly DatabaseRow[] = [];
      while (databases.length === 0) databases = await connection.query(begun, [name]);
      command.kill(signal);
      expect(await ended).toBe(expected);
      const left = "SELECT 1 FROM pg_database WHERE datname = $1";
      expect(await connection.query(left, [databases[0]?.datname])).toEqual([]);
    });
  }
});
