import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { requireBinary, yaraOrm } from "../support/binary.ts";
import { describeDatabases, onlyPostgres } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const STOPPED = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;

function project(operation: string): string {
  return temporaryFolder({
    "migrations/0001_initial.ts": `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("item", { id: m.int({ pk: true }) })];
`,
    "migrations/0002_endless.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_initial"];
export const operations = [m.createTable("more", { id: m.int({ pk: true }) }), ${operation}];
`,
  });
}

/** Starts an upgrade, sends the signal once `text` has come out, and returns the exit code. */
async function stopWhen(text: string, signal: NodeJS.Signals, cwd: string, url: string): Promise<unknown> {
  const command = spawn(requireBinary(), ["upgrade", "--db", url], { cwd, env: {}, stdio: "pipe" });
  const ended = new Promise<unknown>((resolve) =>
    command.once("close", (code, by) => resolve(by === null ? code : by)),
  );
  let output = "";
  command.stderr.on("data", (chunk: Buffer) => {
    const before = output.includes(text);
    output += chunk.toString();
    if (!before && output.includes(text)) command.kill(signal);
  });
  const code = await ended;
  if (!output.includes(text)) throw new Error(`ended with ${code} before ${text} came:\n${output}`);
  return code;
}

describeDatabases("a command that is stopped", (db) => {
  for (const [signal, code] of STOPPED) {
    test(`while code runs leaves nothing half-applied: ${signal}`, async () => {
      const url = await db.createUrl();
      const folder = project(
        `m.runCode(async () => { console.error("ready"); await new Promise(() => setInterval(() => {}, 1000)); })`,
      );
      expect(await stopWhen("ready", signal, folder, url)).toBe(code);
      const heads = await yaraOrm(["heads", "--db", url], { cwd: folder });
      expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_endless\n");
      const connection = await db.open(url);
      expect(await connection.query("SELECT * FROM item")).toEqual([]);
      await connection.execute(["CREATE TABLE more (id integer)"]);
    });
  }
});

onlyPostgres("a statement that is stopped", (db) => {
  for (const [signal, code] of STOPPED) {
    test(`ends on the server, too: ${signal}`, async () => {
      const { url, connection } = await db.create();
      const folder = project('m.runSQL("SELECT pg_sleep(600)")');
      expect(await stopWhen("applying 0002_endless", signal, folder, url)).toBe(code);
      await connection.execute(["CREATE TABLE more (id integer)"]);
      const heads = await yaraOrm(["heads", "--db", url], { cwd: folder });
      expect(heads.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_endless\n");
    });
  }
});
