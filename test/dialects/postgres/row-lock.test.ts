import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { openConnection } from "../../../src/connection/open.ts";
import type { MigrationLock } from "../../../src/dialects/lock.ts";
import { rowLock } from "../../../src/dialects/postgres/row-lock.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { rejection } from "../../support/rejection.ts";

onlyPostgres("the lock that is a row", (db) => {
  test("is tried without waiting for the transaction of its holder, and that one is named", async () => {
    const { url, connection } = await db.create();
    const [holding, next] = [rowLock("models"), rowLock("models")];
    await holding.take(connection);
    await connection.execute(["BEGIN", ...holding.confirm]);
    const second = await db.open(url);
    expect(await next.take(second)).toBe(false);
    expect(await next.holder(second)).toMatchObject({ since: expect.any(Date) });
    await connection.execute(["COMMIT"]);
    await holding.release(connection);
    expect(await next.take(second)).toBe(true);
  });

  test("is taken without a word of its table, which is there already", async () => {
    const { url } = await db.create();
    const notices: string[] = [];
    await using session = await openConnection(url, { onNotice: (notice) => notices.push(notice) }).then(
      (connection) => ({ connection, [Symbol.asyncDispose]: async () => await connection.close() }),
    );
    const { connection } = session;
    await rowLock("models").take(connection);
    await rowLock("other").take(connection);
    await connection.execute([
      "CREATE TABLE IF NOT EXISTS mine (id integer)",
      "CREATE TABLE IF NOT EXISTS mine (id integer)",
    ]);
    expect(notices).toEqual(['relation "mine" already exists, skipping']);
  });

  // The table, its type or an index of the catalog is in the way of the slower ones, depending on how far the fastest is.
  test("is taken by one of many who create its table at the same moment", async () => {
    const { url, connection } = await db.create();
    const sessions = await Promise.all(Array.from({ length: 20 }, () => db.open(url)));
    for (let round = 0; round < 30; round++) {
      const taken = await Promise.all(sessions.map((session) => rowLock("models").take(session)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      await connection.execute(["DROP TABLE orm_lock"]);
    }
  });
});

onlyPostgres("the lock that is a row, where the clock of the server has gone back", (db) => {
  const LEASE_MS = 300;
  const FUTURE = "UPDATE orm_lock SET expires_at = clock_timestamp() + interval '1 year'";

  /** Tries for as long as a waiter would, until it has the lock. */
  async function until(lock: MigrationLock, connection: Connection): Promise<void> {
    while (!(await lock.take(connection))) await Bun.sleep(10);
  }

  test("is not kept for as long as that by one who is gone, who cannot go on either", async () => {
    const { url, connection } = await db.create();
    const [gone, next] = [rowLock("models", LEASE_MS), rowLock("models", LEASE_MS)];
    expect(await gone.take(connection)).toBe(true);
    await connection.execute([FUTURE]);
    const second = await db.open(url);
    expect(await next.take(second)).toBe(false);
    await until(next, second);
    const error = await rejection(connection.execute(["BEGIN", ...gone.confirm, "COMMIT"]));
    expect(error.message).toContain("the lock was lost to another migrator");
    await connection.execute(["ROLLBACK"]);
    await second.execute(["BEGIN", ...next.confirm, "COMMIT"]);
  });

  test("stays with one who is at work, or in a transaction for however long", async () => {
    const { url, connection } = await db.create();
    const [holding, next] = [rowLock("models", LEASE_MS), rowLock("models", LEASE_MS)];
    expect(await holding.take(connection)).toBe(true);
    const second = await db.open(url);
    const start = performance.now();
    while (performance.now() - start < 2 * LEASE_MS) {
      await connection.execute(["BEGIN", ...holding.confirm, "COMMIT", FUTURE]);
      expect(await next.take(second)).toBe(false);
    }
    await connection.execute(["BEGIN", ...holding.confirm]);
    const inside = performance.now();
    while (performance.now() - inside < 2 * LEASE_MS) expect(await next.take(second)).toBe(false);
    await connection.execute([FUTURE, "COMMIT"]);
    expect(await next.take(second)).toBe(false);
    await connection.execute(["BEGIN", ...holding.confirm, "COMMIT"]);
    await holding.release(connection);
    expect(await next.take(second)).toBe(true);
  });
});
