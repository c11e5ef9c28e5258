import { afterEach, expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { openConnection } from "../../../src/connection/open.ts";
import { DatabaseError, UsageError } from "../../../src/errors.ts";
import { runWithConnection } from "../../../src/models/objects/session.ts";
import { YaraOrm } from "../../../src/models/objects/yara-orm.ts";
import { describeDatabases } from "../../support/databases.ts";
import { Author, createTables, Everything } from "./fixture.ts";

afterEach(() => YaraOrm.close());

test("without a connection the error says what to call", async () => {
  await expect(Author.objects.count()).rejects.toThrow("there is no database connection");
  expect(() => YaraOrm.connection()).toThrow(UsageError);
  await expect(YaraOrm.transaction(async () => 1)).rejects.toBeInstanceOf(UsageError);
  await YaraOrm.close();
});

describeDatabases("the session", (db) => {
  async function begin(): Promise<{ readonly url: string; readonly connection: Connection }> {
    const database = await db.create();
    await createTables(database.connection, [Author, Everything]);
    await YaraOrm.init(database.url);
    return database;
  }
  const add = (name: string) => Author.objects.create({ name, email: name });
  const names = async (connection: Connection) => {
    const rows = await connection.query<{ name: string }>(`SELECT "name" FROM "authors" ORDER BY "id"`);
    return rows.map((row) => row.name).join("");
  };

  test("init opens it once, close ends it", async () => {
    const { url, connection } = await begin();
    await add("a");
    expect(await names(connection)).toBe("a");
    expect(YaraOrm.connection().dialect).toBe(db.name);
    await expect(YaraOrm.init(url)).rejects.toThrow("connected already");
    await YaraOrm.close();
    await expect(Author.objects.count()).rejects.toBeInstanceOf(UsageError);
    await YaraOrm.init(url);
    expect(await Author.objects.count()).toBe(1);
  });

  test("of two calls of init at once, one wins and one is refused", async () => {
    const { url } = await db.create();
    const results = await Promise.allSettled([YaraOrm.init(url), YaraOrm.init(url)]);
    expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(YaraOrm.connection().dialect).toBe(db.name);
  });

  test("inside runWithConnection objects use that connection, also after awaits and in loops", async () => {
    const { connection } = await begin();
    const other = await db.create();
    await createTables(other.connection, [Author, Everything]);
    await runWithConnection(other.connection, async () => {
      await add("x");
      await Bun.sleep(0);
      expect(YaraOrm.connection()).toBe(other.connection);
      for await (const row of Author.objects) expect(row.name).toBe("x");
      expect(await Promise.all([Author.objects.count(), Author.objects.all()])).toHaveLength(2);
      expect((await Author.objects.all()).length).toBe(1);
    });
    expect(YaraOrm.connection()).not.toBe(other.connection);
    expect([await names(connection), await names(other.connection)]).toEqual(["", "x"]);
  });

  test("what fails in a transaction of the caller leaves no rows", async () => {
    const { connection } = await db.create();
    await createTables(connection, [Author, Everything]);
    await connection.execute(["BEGIN"]);
    await runWithConnection(connection, async () => {
      await YaraOrm.transaction(() => add("c"));
      await Author.objects.bulkCreate(
        [
          { name: "a", email: "a" },
          { name: "b", email: "b" },
        ],
        { batchSize: 1 },
      );
      expect(await Author.objects.count()).toBe(3);
    });
    await connection.execute(["ROLLBACK"]);
    expect(await names(connection)).toBe("");
  });

  test("a transaction is committed, or rolled back when it throws", async () => {
    const { connection } = await begin();
    expect(await YaraOrm.transaction(async () => (await add("a")).name)).toBe("a");
    expect(await names(connection)).toBe("a");
    const failed = YaraOrm.transaction(async () => {
      await add("b");
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await add("c");
    expect(await names(connection)).toBe("ac");
  });

  test("a query that a transaction or a migration returns is a part of it", async () => {
    const { connection } = await begin();
    await add("a");
    // Programs without types return it like this, and so do those whose function is declared to return anything.
    const query = (): Promise<unknown> => Author.objects.filter({ name: "a" }) as unknown as Promise<unknown>;
    expect(await YaraOrm.transaction(query)).toHaveLength(1);
    expect(await YaraOrm.transaction(() => YaraOrm.transaction(query))).toHaveLength(1);
    expect(await runWithConnection(connection, query)).toHaveLength(1);
  });

  test("transactions at once, on one connection and on two, do not disturb each other", async () => {
    const { url, connection } = await begin();
    await add("a");
    const sessions = [connection, await db.open(url)];
    const increment = () =>
      YaraOrm.transaction(async () => {
        await Author.objects.update({ bio: "locked" });
        const { age } = await Author.objects.get({ name: "a" });
        await Author.objects.update({ age: (age ?? 0) + 1 });
      });
    await Promise.all([...sessions, ...sessions].map((session) => runWithConnection(session, increment)));
    expect((await Author.objects.get()).age).toBe(4);
  });

  test("runWithConnection inside a transaction on the same connection is a part of it", async () => {
    const { connection } = await begin();
    const failed = YaraOrm.transaction(async () => {
      await runWithConnection(YaraOrm.connection(), () => YaraOrm.transaction(() => add("a")));
      expect(await Author.objects.count()).toBe(1);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await names(connection)).toBe("");
  });

  test("a nested transaction is rolled back alone", async () => {
    const { connection } = await begin();
    await YaraOrm.transaction(async () => {
      await add("a");
      await YaraOrm.transaction(async () => {
        await add("b");
        await add("a");
      }).catch((error: unknown) => expect(error).toBeInstanceOf(DatabaseError));
      await YaraOrm.transaction(() => YaraOrm.transaction(() => add("c")));
    });
    expect(await names(connection)).toBe("ac");
  });

  test("statements and transactions beside a transaction wait for its end", async () => {
    const { connection } = await begin();
    const slow = YaraOrm.transaction(async () => {
      await add("a");
      await Bun.sleep(0);
      await add("b");
      throw new Error("no");
    });
    const beside = add("c");
    const second = YaraOrm.transaction(async () => {
      const inner = ["d", "e"].map((name) => YaraOrm.transaction(() => add(name)));
      await Promise.all([...inner, add("f")]);
    });
    const results = await Promise.allSettled([slow, beside, second]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect([...(await names(connection))].sort().join("")).toBe("cdef");
  });

  test("what was not awaited in a transaction is refused after its end, and stores nothing", async () => {
    const { connection } = await begin();
    await add("a");
    const over = Promise.withResolvers<void>();
    let late: Promise<readonly PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    const later = () => {
      const calls: (() => Promise<unknown>)[] = [
        () => add("b"),
        () => Author.objects.count(),
        () => YaraOrm.transaction(() => add("c")),
      ];
      late = Promise.allSettled(calls.map((call) => over.promise.then(call)));
    };
    const failed = YaraOrm.transaction(async () => {
      later();
      await add("a");
    });
    await expect(failed).rejects.toBeInstanceOf(DatabaseError);
    const fromTransaction = late;
    await runWithConnection(connection, later);
    over.resolve();
    for (const result of [...(await fromTransaction), ...(await late)]) {
      expect(result).toMatchObject({ status: "rejected", reason: { name: "UsageError" } });
    }
    expect(await names(connection)).toBe("a");
  });

  test("a nested transaction that was not awaited ends before the one around it", async () => {
    const { connection } = await begin();
    let inner: Promise<unknown> = Promise.resolve();
    await YaraOrm.transaction(async () => {
      inner = YaraOrm.transaction(async () => {
        await add("a");
        await add("b");
      });
      await Promise.resolve();
    });
    await inner;
    expect(await names(connection)).toBe("ab");
  });

  test("a transaction whose failed statement was swallowed is never reported as committed", async () => {
    const { connection } = await begin();
    await add("a");
    const result = await YaraOrm.transaction(async () => {
      await add("b");
      await add("a").catch(() => undefined);
      return "done";
    }).then(String, (error: unknown) => error);
    // PostgreSQL has given the transaction up, SQLite only the statement: what is said is what is stored.
    const stored = await names(connection);
    expect([stored, result instanceof DatabaseError]).toEqual(
      { postgres: ["a", true], sqlite: ["ab", false] }[db.name] as never,
    );
    await add("c");
    expect(await names(connection)).toBe(`${stored}c`);
  });

  test("a connection of another copy of the package is used the same way", async () => {
    const { url, connection } = await begin();
    const { runWithConnection: otherRun } = await import(`${"../../../src/models/objects/session.ts"}?copy`);
    const second = await openConnection(url);
    await otherRun(second, async () => expect(YaraOrm.connection()).toBe(second));
    await second.close();
    expect(await names(connection)).toBe("");
  });
});
