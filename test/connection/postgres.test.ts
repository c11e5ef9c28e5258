import { afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import { ConnectionError, DatabaseError } from "../../src/errors.ts";
import { onlyPostgres, testServerUrl } from "../support/databases.ts";
import {
  AUTHENTICATION_OK,
  CLEARTEXT_PASSWORD,
  EMPTY_QUERY,
  type FakeServer,
  fatal,
  message,
  READY,
  startFakeServer,
} from "../support/fake-postgres.ts";
import { rejection } from "../support/rejection.ts";

onlyPostgres("PostgreSQL connection", (db) => {
  const kill = async (url: string, connection: Connection): Promise<void> => {
    const [row] = await connection.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const other = await db.open(url);
    // With a timeout the server answers when the session is gone.
    await other.query("SELECT pg_terminate_backend($1, 10000)", [row?.pid]);
  };

  test("values travel in both directions", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE t (a int8, b numeric, c jsonb, d bytea, e timestamptz, f date, g time, h boolean, i text[], j jsonb," +
        " k float8, l int4[], m json, n timestamp, o uuid)",
    ]);
    const at = new Date("2026-01-31T12:34:56.789Z");
    const uuid = "6f1c3c7e-0d0b-4f5e-8c3a-0a1b2c3d4e5f";
    const values = [
      ...[5n, "1.50", { a: [1, null, 'q"'] }, new Uint8Array([0, 255]), at, "2026-01-31", "12:34:56", true],
      ...[
        ["a,b", 'c"\\', null, "NULL"],
        [1, "x"],
        1.5,
        [
          [1, 2],
          [3, 4],
        ],
        ["j"],
        at,
        uuid,
      ],
    ];
    const places = values.map((_, index) => `$${index + 1}`).join(", ");
    expect(await connection.run(`INSERT INTO t VALUES (${places})`, values)).toBe(1);
    expect(await connection.query("SELECT *, i[4] AS i4, i[2] AS i2, l[2][1] AS l21 FROM t")).toEqual([
      {
        a: 5,
        b: "1.50",
        c: { a: [1, null, 'q"'] },
        d: new Uint8Array([0, 255]),
        e: at,
        f: "2026-01-31",
        g: "12:34:56",
        h: true,
        i: '{"a,b","c\\"\\\\",NULL,"NULL"}',
        j: [1, "x"],
        k: 1.5,
        l: "{{1,2},{3,4}}",
        m: ["j"],
        n: "2026-01-31 12:34:56.789",
        o: uuid,
        i4: "NULL",
        i2: 'c"\\',
        l21: 3,
      },
    ]);
    expect(
      await connection.query("SELECT * FROM t WHERE h = $1 AND e = $2 AND c @> $3", [true, at, { a: [1] }]),
    ).toHaveLength(1);
  });

  test("text bound to json is JSON text, and a cast through text stores it too", async () => {
    const { connection } = await db.create();
    const rows = await connection.query("SELECT $1::jsonb AS a, $2::text::jsonb AS b", ['{"x":1}', '"y"']);
    expect(rows).toEqual([{ a: { x: 1 }, b: "y" }]);
  });

  test("what a Date or a number cannot hold arrives as text or bigint", async () => {
    const { connection } = await db.create();
    const rows = await connection.query(
      "SELECT 'infinity'::timestamptz AS a, 9007199254740993 AS b, 'NaN'::float8 AS c, '2026-01-01 00:00+05:30'::timestamptz AS d",
    );
    expect(rows).toEqual([
      { a: "infinity", b: 9007199254740993n, c: Number.NaN, d: new Date("2025-12-31T18:30:00Z") },
    ]);
  });

  test("settings of the server do not change how values are read", async () => {
    const { url } = await db.create();
    const options = encodeURIComponent(
      "-c TimeZone=Asia/Kolkata -c bytea_output=escape -c IntervalStyle=iso_8601",
    );
    const connection = await db.open(`${url}?options=${options}`);
    expect(
      await connection.query("SELECT '\\x005cff41'::bytea AS a, '2026-01-01 00:00Z'::timestamptz AS b"),
    ).toEqual([{ a: new Uint8Array([0, 0x5c, 0xff, 0x41]), b: new Date("2026-01-01T00:00:00Z") }]);
  });

  test("text with a NUL is refused and cuts nothing off", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a text)"]);
    expect(await rejection(connection.execute(["SELECT 1", "INSERT INTO t VALUES ('a') \0"]))).toMatchObject({
      name: "DatabaseError",
    });
    expect(await rejection(connection.query("SELECT 1 \0"))).toBeInstanceOf(DatabaseError);
    expect(await rejection(connection.query("SELECT $1", ["a\0b"]))).toBeInstanceOf(DatabaseError);
    expect(await rejection(connection.query("SELECT $1", [["a\0b"]]))).toBeInstanceOf(DatabaseError);
    expect(await connection.query("SELECT * FROM t")).toEqual([]);
  });

  test("an error carries what the server says of it", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer NOT NULL, CONSTRAINT positive CHECK (a > 0))"]);
    expect(await rejection(connection.run("INSERT INTO t VALUES ($1)", [0]))).toMatchObject({
      details: { sqlState: "23514", table: "t", constraint: "positive", detail: "Failing row contains (0)." },
    });
    expect(await rejection(connection.run("INSERT INTO t VALUES (NULL)"))).toMatchObject({
      details: { sqlState: "23502", table: "t", column: "a", statement: "INSERT INTO t VALUES (NULL)" },
    });
  });

  test("a position is counted in characters", async () => {
    const { connection } = await db.create();
    await connection.execute(["BEGIN"]);
    const error = await rejection(
      connection.execute(["SELECT '😀😀😀😀'", "SELECT 1", "SELECT nope", "SELECT 2"]),
    );
    expect(error).toMatchObject({ details: { statementIndex: 2, statement: "SELECT nope" } });
  });

  test("what was foreseen is run like what was not, once, and only when it is what is given", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer)"]);
    const statements = ["BEGIN", "INSERT INTO t VALUES (1)", "SELECT nope", "COMMIT"];
    connection.foresee?.(statements);
    await connection.execute(["INSERT INTO t VALUES (2)"]);
    for (const _ of ["foreseen", "and not"]) {
      expect(await rejection(connection.execute([...statements]))).toMatchObject({
        details: { statementIndex: 2, statement: "SELECT nope" },
      });
      await connection.execute(["ROLLBACK"]);
    }
    // Inside a transaction these are one message, outside one each.
    const both = ["INSERT INTO t VALUES (3)", "SELECT nope"];
    connection.foresee?.(both);
    await connection.execute(["BEGIN"]);
    await rejection(connection.execute(both));
    await connection.execute(["ROLLBACK"]);
    await rejection(connection.execute(both));
    expect(await connection.query("SELECT a FROM t ORDER BY a")).toEqual([{ a: 2 }, { a: 3 }]);
  });

  describe("transactions that are sent together", () => {
    const insert = (...values: readonly (number | string)[]) => [
      "BEGIN",
      ...values.map((value) => `INSERT INTO t VALUES (${value}) -- no end`),
      "COMMIT",
    ];

    async function opened() {
      const { connection } = await db.create();
      await connection.execute([
        "CREATE TABLE t (a integer CHECK (a < 100))",
        "ALTER TABLE t ADD UNIQUE (a) DEFERRABLE INITIALLY DEFERRED",
      ]);
      return {
        connection,
        send: async (...transactions: readonly (readonly string[])[]) =>
          await connection.executeTransactions?.(transactions),
        rows: async () => (await connection.query("SELECT a FROM t ORDER BY a")).map(({ a }) => a),
      };
    }

    test("are committed one by one up to the first that fails, which is undone, and none after it runs", async () => {
      const { connection, send, rows } = await opened();
      expect(await send(insert(1), insert(2, 3))).toEqual({ committed: 2 });
      expect(await send(insert(4), insert(5, 6), insert(7, 100, 8), insert(9))).toMatchObject({
        committed: 2,
        failure: { details: { sqlState: "23514" } },
      });
      expect(await rows()).toEqual([1, 2, 3, 4, 5, 6]);
      // The session is in no transaction.
      expect(await send(insert(10))).toEqual({ committed: 1 });
      await connection.execute(["BEGIN", "ROLLBACK"]);
      expect(await rows()).toEqual([1, 2, 3, 4, 5, 6, 10]);
    });

    test("may fail in their COMMIT, or be no SQL at all", async () => {
      const { send, rows } = await opened();
      expect(await send(insert(1), insert(2, 2), insert(3))).toMatchObject({
        committed: 1,
        failure: { details: { sqlState: "23505" } },
      });
      expect(await send(insert(4), insert("'"), insert(5))).toMatchObject({ committed: 0 });
      expect(await send(insert(4), insert("\0"), insert(5))).toMatchObject({ committed: 0 });
      expect(await rows()).toEqual([1]);
    });

    test("end theirs without a word where the server has ended it", async () => {
      const { connection, url } = await db.create();
      await connection.execute(["CREATE TABLE t (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED)"]);
      const notices: string[] = [];
      const listening = await openConnection(url, { onNotice: (message) => notices.push(message) });
      try {
        expect(await listening.executeTransactions?.([insert(1, 1), insert(2)])).toMatchObject({
          committed: 0,
        });
        expect(await listening.executeTransactions?.([insert("'"), insert(2)])).toMatchObject({
          committed: 0,
        });
        expect(await listening.executeTransactions?.([insert(2), insert(3)])).toEqual({ committed: 2 });
      } finally {
        await listening.close();
      }
      expect(notices).toEqual([]);
    });

    test("do not run where one is no transaction, or one is open already", async () => {
      const { connection, send, rows } = await opened();
      expect(await send(insert(1), ["INSERT INTO t VALUES (2)"])).toEqual({ committed: 0 });
      expect(await send(insert(1), ["BEGIN", "INSERT INTO t VALUES (2)"])).toEqual({ committed: 0 });
      await connection.execute(["BEGIN"]);
      expect(await send(insert(1))).toEqual({ committed: 0 });
      await connection.execute(["ROLLBACK"]);
      expect(await rows()).toEqual([]);
    });

    test("run once as they were foreseen", async () => {
      const { connection, send, rows } = await opened();
      const both = [insert(1), insert(2)];
      for (const statements of both) connection.foresee?.(statements);
      expect(await send(...both)).toEqual({ committed: 2 });
      expect(await send(insert(3), insert(2), insert(4))).toMatchObject({ committed: 1 });
      expect(await rows()).toEqual([1, 2, 3]);
    });

    test("tell what is known of them where the session is ended between two", async () => {
      const { send, rows } = await opened();
      const ending = ["BEGIN", "SELECT pg_terminate_backend(pg_backend_pid())", "COMMIT"];
      const outcome = await send(insert(1), ending, insert(2));
      expect(outcome?.committed).toBe(1);
      // The server has told how far it had come, which was not to a COMMIT.
      expect(outcome?.failure).toBeInstanceOf(ConnectionError);
      expect(outcome?.failure).not.toMatchObject({ reason: "commitUnknown" });
      expect(await rejection(rows())).toBeInstanceOf(ConnectionError);
      // Nor is anything of that taken for what comes later.
      expect(await send(insert(3), insert(4))).toMatchObject({ committed: 0, failure: outcome?.failure });
    });
  });

  test("a failure far behind rows that are larger than a packet is still found", async () => {
    const { connection } = await db.create();
    const large = "SELECT repeat('x', 300000) FROM generate_series(1, 5)";
    const error = await rejection(
      connection.execute(["BEGIN", large, large, "SELECT 1 / (random() * 0)::int"]),
    );
    expect(error).toMatchObject({ details: { statementIndex: 3, sqlState: "22012" } });
  });

  test("a COMMIT that rolls back is an error", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer)", "BEGIN", "INSERT INTO t VALUES (1)"]);
    await rejection(connection.query("SELECT nope"));
    expect(await rejection(connection.execute(["COMMIT", "SELECT 1"]))).toMatchObject({
      details: { sqlState: "25P02", statementIndex: 0, statement: "COMMIT" },
    });
    await connection.execute(["BEGIN"]);
    await rejection(connection.query("SELECT nope"));
    expect(await rejection(connection.query("END"))).toMatchObject({ details: { sqlState: "25P02" } });
    expect(await connection.query("SELECT * FROM t")).toEqual([]);
  });

  test("COMMIT and ROLLBACK are no errors where they do what they say", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "BEGIN",
      "CREATE TABLE t (a integer)",
      "COMMIT",
      "BEGIN",
      "DROP TABLE t",
      "ROLLBACK",
    ]);
    await connection.execute(["BEGIN"]);
    await rejection(connection.query("SELECT nope"));
    await connection.query("ROLLBACK");
    expect(await connection.query("SELECT * FROM t")).toEqual([]);
  });

  test("a session that dies while idle is lost, and its transaction is not continued in another", async () => {
    const { connection, url } = await db.create();
    await connection.execute(["BEGIN", "CREATE TABLE t (a integer)"]);
    await kill(url, connection);
    const first = await rejection(connection.execute(["CREATE TABLE u (a integer)", "COMMIT"]));
    expect(first).toBeInstanceOf(ConnectionError);
    expect(first.message).toContain("terminating connection");
    expect(await rejection(connection.query("SELECT 1"))).toBe(first);
    await connection.close();
    const other = await db.open(url);
    expect(await other.query("SELECT to_regclass('t')::text AS t, to_regclass('u')::text AS u")).toEqual([
      { t: null, u: null },
    ]);
  });

  test("a session that dies during a statement is lost, and so are the calls that wait", async () => {
    const { connection } = await db.create();
    const running = rejection(connection.query("SELECT pg_terminate_backend(pg_backend_pid())"));
    const waiting = rejection(connection.execute(["CREATE TABLE t (a integer)"]));
    expect(await running).toBeInstanceOf(ConnectionError);
    expect(await waiting).toBeInstanceOf(ConnectionError);
  });

  test("a running statement can be cancelled, and the session goes on", async () => {
    const { connection, url } = await db.create();
    const [row] = await connection.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const running = rejection(connection.execute(["SELECT pg_sleep(60)"]));
    const other = await db.open(url);
    const active =
      "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND query = 'SELECT pg_sleep(60)' AND state = 'active'";
    while ((await other.query(active, [row?.pid])).length === 0);
    const next = connection.query("SELECT 1 AS one");
    await connection.cancel();
    expect(await running).toMatchObject({ details: { sqlState: "57014", statementIndex: 0 } });
    expect(await next).toEqual([{ one: 1 }]);
    await connection.cancel();
    expect(await connection.query("SELECT 2 AS two")).toEqual([{ two: 2 }]);
  });

  test("closing during a statement ends that statement on the server", async () => {
    const { connection, url } = await db.create();
    await connection.execute(["SELECT pg_advisory_lock(1)"]);
    const running = rejection(connection.query("SELECT pg_sleep(60)"));
    await connection.close();
    expect(await running).toBeInstanceOf(Error);
    const other = await db.open(url);
    await other.query("SELECT pg_advisory_lock(1)");
  });

  test("notices reach the listener and nobody else", async () => {
    const { url } = await db.create();
    const notices: string[] = [];
    const connection = await openConnection(url, { onNotice: (text) => notices.push(text) });
    await connection.execute(["DROP TABLE IF EXISTS nope"]);
    await rejection(connection.execute(["BEGIN", "SELEC 1", "COMMIT"]));
    // Nobody is warned that there is nothing to undo.
    await connection.execute(["ROLLBACK"]);
    await connection.close();
    expect(notices).toEqual(['table "nope" does not exist, skipping']);
  });

  test("search_path and application_name of the URL hold", async () => {
    const { connection, url } = await db.create();
    await connection.execute(['CREATE SCHEMA "my app"', 'CREATE TABLE "my app".t (a integer)']);
    const search = encodeURIComponent('"my app",public');
    const other = await db.open(`${url}?search_path=${search}&application_name=app%201`);
    expect(
      await other.query("SELECT current_schema() AS s, current_setting('application_name') AS n"),
    ).toEqual([{ s: "my app", n: "app 1" }]);
    expect(await other.query("SELECT * FROM t")).toEqual([]);
  });

  test("a database whose name has to be encoded", async () => {
    const { connection, url } = await db.create();
    const name = `yara_test é %?# ${crypto.randomUUID()}`;
    await connection.execute([`CREATE DATABASE "${name}" TEMPLATE template0`]);
    const encoded = new URL(url);
    encoded.pathname = `/${encodeURIComponent(name)}`;
    const other = await openConnection(encoded.href);
    expect(await other.query("SELECT current_database() AS d")).toEqual([{ d: name }]);
    await other.close();
    await connection.execute([`DROP DATABASE "${name}"`]);
  });

  test("COPY from the client is refused and ends the session", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TABLE t (a integer)"]);
    const error = await rejection(connection.execute(["COPY t FROM STDIN"]));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("COPY");
    expect(await rejection(connection.query("SELECT 1"))).toBeInstanceOf(ConnectionError);
  });

  test("a database that does not exist is named, with the command that creates it", async () => {
    const url = new URL(testServerUrl());
    url.pathname = "/yara_test_missing";
    const error = await rejection(openConnection(url.href));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('database "yara_test_missing" does not exist');
    expect((error as ConnectionError).hint).toContain("createdb");
  });

  test("sslmode=require is refused where the server has no SSL", async () => {
    const { connection, url } = await db.create();
    const [row] = await connection.query("SELECT current_setting('ssl') AS ssl");
    const attempt = openConnection(`${url}?sslmode=require`);
    // A server that a developer names may have it.
    if (row?.ssl === "on") await (await attempt).close();
    else expect((await rejection(attempt)).message).toContain("does not support SSL");
  });
});

describe("servers that do not behave", () => {
  let server: FakeServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  const url = (port: number, options = ""): string =>
    `postgres://ann:s3cr3t%40%24x@127.0.0.1:${port}/app${options}`;

  /** Answers the request for SSL with no, and then each message with the next of `answers`. */
  const scripted =
    (seen: Buffer[], answers: readonly (Buffer | "close")[]) =>
    (socket: Socket): void => {
      let next = 0;
      socket.on("data", (chunk: Buffer) => {
        if (chunk.length === 8 && chunk.readInt32BE(4) === 80877103) {
          socket.write("N");
          return;
        }
        seen.push(chunk);
        const answer = answers[next];
        next += 1;
        if (answer === "close") socket.destroy();
        else if (answer !== undefined) socket.write(answer);
      });
    };

  async function refusal(port: number, options = "", connectTimeoutMs = 10_000): Promise<ConnectionError> {
    const error = await rejection(openConnection(url(port, options), { connectTimeoutMs }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(`${error.message} ${(error as ConnectionError).hint}`).not.toContain("s3cr3t");
    return error as ConnectionError;
  }

  test("nobody listens", async () => {
    const gone = await startFakeServer(() => undefined);
    await gone.stop();
    const error = await refusal(gone.port);
    expect(error.message).toContain("connection refused");
    expect(error.hint).toContain("running");
  });

  test.each(["", "?sslmode=disable"])(
    "it closes every connection at once: one failure, no new attempts %s",
    async (options) => {
      server = await startFakeServer((socket) => socket.destroy());
      await refusal(server.port, options);
      expect(server.connections).toBe(1);
    },
  );

  test.each(["", "?sslmode=disable"])("it accepts and never says anything %s", async (options) => {
    server = await startFakeServer(() => undefined);
    const error = await refusal(server.port, options, 50);
    expect(error.message).toContain("no answer");
  });

  test("it speaks another protocol", async () => {
    server = await startFakeServer((socket) =>
      socket.on("data", () => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    expect((await refusal(server.port, "?sslmode=require")).message).toContain("does not speak");
  });

  test("it refuses the password", async () => {
    const seen: Buffer[] = [];
    const refused = fatal("28P01", 'password authentication failed for user "ann"');
    server = await startFakeServer(scripted(seen, [CLEARTEXT_PASSWORD, refused]));
    const error = await refusal(server.port);
    expect(error.message).toContain('password authentication failed for user "ann"');
    expect(error.hint).toContain("percent-encoded");
    expect(seen[1]).toEqual(message("p", "s3cr3t@$x\0"));
  });

  test("it wants a password and there is none", async () => {
    server = await startFakeServer(
      scripted([], [CLEARTEXT_PASSWORD, fatal("28P01", "password authentication failed")]),
    );
    const error = await rejection(openConnection(`postgres://ann@127.0.0.1:${server.port}/app`));
    expect((error as ConnectionError).hint).toContain("wants a password");
  });

  test("it dies in the middle of an answer", async () => {
    const loggedIn = Buffer.concat([AUTHENTICATION_OK, READY]);
    const ready = Buffer.concat([EMPTY_QUERY, READY]);
    server = await startFakeServer(scripted([], [loggedIn, ready, "close"]));
    const connection = await openConnection(url(server.port));
    const error = await rejection(connection.execute(["SELECT 1"]));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("was lost");
    expect(await rejection(connection.query("SELECT 1"))).toBe(error);
    expect(server.connections).toBe(1);
    await connection.close();
  });

  test("it takes leave of it also where nobody waits for the answer", async () => {
    const seen: Buffer[] = [];
    const loggedIn = Buffer.concat([AUTHENTICATION_OK, READY]);
    const ready = Buffer.concat([EMPTY_QUERY, READY]);
    server = await startFakeServer(scripted(seen, [loggedIn, ready]));
    const connection = await openConnection(url(server.port));
    await connection.close({ wait: false });
    for (let tries = 0; tries < 100 && seen.length < 3; tries += 1) await Bun.sleep(20);
    // Terminate (manual, 55.7).
    expect(seen.at(-1)).toEqual(Buffer.from("X\0\0\0\x04"));
  });

  test("its socket does not exist", async () => {
    const error = await rejection(openConnection("postgres://ann:s3cr3t@/app?host=/nowhere/at/all"));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("/nowhere/at/all/.s.PGSQL.5432");
    expect(`${error.message} ${(error as ConnectionError).hint}`).not.toContain("s3cr3t");
  });
});
