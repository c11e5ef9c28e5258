import { expect, test } from "bun:test";
import type { Connection } from "../src/connection/connection.ts";
import { openConnection } from "../src/connection/open.ts";
import { DatabaseError, LockTimeoutError } from "../src/errors.ts";
import { type ManagerEvent, MigrationManager } from "../src/index.ts";
import { installVirtualModule } from "../src/virtual-module.ts";
import { onlySqlite } from "./support/databases.ts";
import { rejection } from "./support/rejection.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

installVirtualModule();

const migration = (table: string, dependencies: readonly string[], more = "") =>
  `import { migrations as m } from "yara-orm";
export const dependencies: string[] = ${JSON.stringify(dependencies)};
${more}
export const operations = [m.createTable("${table}", { id: m.int({ pk: true }) })];
`;

/** The second one shares no transaction with others. */
const FILES = {
  "0001_first.ts": migration("first", []),
  "0002_second.ts": migration("second", ["0001_first"], "export const atomic = false;"),
};

onlySqlite("a manager, while another process writes to the database", (db) => {
  /** An application whose own statements wait for nobody, and another session. */
  async function application(onEvent: (event: ManagerEvent) => void = () => {}, signal?: AbortSignal) {
    const url = await db.createUrl();
    const other = await db.open(url);
    const connection = await openConnection(url, { busyTimeoutMs: 0 });
    const options = { directory: temporaryFolder(FILES), connection, signal, onEvent };
    return { other, connection, manager: new MigrationManager(options) };
  }

  const isBusy = async (connection: Connection) => {
    const error = await rejection(connection.execute(["BEGIN IMMEDIATE"]));
    return error instanceof DatabaseError && error.details.sqlState === "SQLITE_BUSY";
  };

  for (const target of ["0001", "0002"]) {
    test(`waits for it as long as for the lock, and tells that: ${target}`, async () => {
      const events: ManagerEvent[] = [];
      const { other, connection, manager } = await application((event) => {
        events.push(event);
        if (event.kind === "waiting") void other.execute(["COMMIT"]);
      });
      if (target === "0002") await manager.upgrade({ target: "0001" });
      events.length = 0;
      await other.execute(["BEGIN IMMEDIATE"]);
      expect(await manager.upgrade({ target })).toHaveLength(1);
      const waits = events.filter(({ kind }) => kind === "waiting");
      expect(waits).toEqual([
        { kind: "waiting", holder: undefined, path: expect.stringMatching(/test\.db$/) as string },
      ]);
      await other.execute(["BEGIN IMMEDIATE"]);
      // What the application does itself waits as before.
      expect(await isBusy(connection)).toBe(true);
      await connection.close();
    });
  }

  for (const begin of ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"]) {
    test(`and no longer: ${begin}`, async () => {
      const kinds: string[] = [];
      const { other, connection, manager } = await application(({ kind }) => kinds.push(kind));
      const lock = { timeoutMs: 0 };
      for (const run of [
        () => manager.upgrade({ lock }),
        () => manager.upgrade({ lock, fake: true }),
        () => manager.dryRun({ lock }),
      ]) {
        await other.execute([begin]);
        expect(await rejection(run())).toBeInstanceOf(LockTimeoutError);
        await other.execute(["COMMIT"]);
      }
      expect(kinds).toContain("waiting");
      expect(kinds).not.toContain("finished");
      await manager.upgrade();
      for (const run of [() => manager.downgrade({ lock }), () => manager.rehash("1", { lock })]) {
        await other.execute([begin]);
        expect(await rejection(run())).toBeInstanceOf(LockTimeoutError);
        await other.execute(["COMMIT"]);
      }
      await connection.close();
    });
  }

  test("does not wait any more once it is stopped", async () => {
    const stopping = new AbortController();
    const reason = new Error("enough");
    const { other, connection, manager } = await application(
      ({ kind }) => kind === "waiting" && stopping.abort(reason),
      stopping.signal,
    );
    await other.execute(["BEGIN IMMEDIATE"]);
    expect(await rejection(manager.upgrade())).toMatchObject({ code: "stopped", cause: reason });
    await connection.close();
  });
});
