import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Connection } from "../../src/connection/connection.ts";
import { ConnectionError, MigrationError } from "../../src/errors.ts";
import { type ManagerEvent, MigrationManager, type UpgradeOptions } from "../../src/index.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { onlyPostgres } from "../support/databases.ts";
import { rejection } from "../support/rejection.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

installVirtualModule();

/** Creates table t1, t2, ... with an index, and a foreign key to the first. */
const table = (at: number) => `m.createTable("t${at}", {
    id: m.int({ pk: true }),
    a: m.int(),
    p: m.int({ null: true${at === 1 ? "" : `, references: { table: "t1", column: "id" }`} }),
  }),
  m.createIndex("t${at}", ["a"])`;

const nameOf = (at: number) => `${String(at).padStart(4, "0")}_t${at}`;

/** A folder with so many migrations; those that are named do something else. */
function project(count: number, others: Readonly<Record<number, string>> = {}): string {
  const folder = temporaryFolder(
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => index + 1).map((at) => [
        `migrations/${nameOf(at)}.ts`,
        `import { migrations as m, sql } from "yara-orm";
export const dependencies: string[] = ${JSON.stringify(at === 1 ? [] : [nameOf(at - 1)])};
export const operations = [${others[at] ?? table(at)}];
`,
      ]),
    ),
  );
  return join(folder, "migrations");
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => nameOf(from + index));

onlyPostgres("migrations that are sent together", (db) => {
  /** A manager on a new database; `sent` has how many transactions went together, each time. */
  async function opened(directory: string, before?: (url: string) => Promise<void>) {
    const { url, connection } = await db.create();
    const sent: number[] = [];
    const events: ManagerEvent[] = [];
    const watched = new Proxy(connection, {
      get(target, key) {
        const value = Reflect.get(target, key, target);
        if (key !== "executeTransactions") return typeof value === "function" ? value.bind(target) : value;
        const execute: Connection["executeTransactions"] = async (transactions) => {
          sent.push(transactions.length);
          if (sent.length === 1) await before?.(url);
          return (await target.executeTransactions?.(transactions)) ?? { committed: 0 };
        };
        return execute;
      },
    });
    const manager = new MigrationManager({
      directory,
      connection: watched,
      onEvent: (event) => events.push(event),
    });
    const told = (kind: ManagerEvent["kind"]) =>
      events.flatMap((event) => (event.kind === kind && "name" in event ? [event.name] : []));
    return { url, connection, manager, sent, events, told };
  }

  const up = async (manager: MigrationManager, options?: UpgradeOptions) => await manager.upgrade(options);

  test("are each a transaction of their own", async () => {
    const { manager, connection, sent, told } = await opened(project(40));
    expect(await up(manager)).toEqual(names(1, 40));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(20);
    expect(Math.max(...sent)).toBeLessThanOrEqual(16);
    for (const kind of ["started", "finished"] as const) expect(told(kind)).toEqual(names(1, 40));
    const [row] = await connection.query(
      "SELECT count(DISTINCT xmin::text)::int AS transactions, count(*)::int AS records FROM orm_migrations",
    );
    expect(row).toEqual({ transactions: 40, records: 40 });
    expect(await up(manager)).toEqual([]);
  });

  test("stay applied up to one that fails, which says why as it does alone", async () => {
    const broken = `m.createTable("t12", { id: m.int({ pk: true }), a: m.int({ default: sql("nowhere()") }) })`;
    const { manager, connection, sent, told } = await opened(project(20, { 12: broken }));
    const error = await rejection(up(manager));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error).toMatchObject({
      message: expect.stringContaining(
        "applying 0012_t12 failed at operation 1 of 1 (create table t12): function nowhere() does not exist (42883)",
      ),
    });
    expect(sent.length).toBeGreaterThan(0);
    expect((await manager.history()).map(({ name }) => name)).toEqual(names(1, 11));
    expect(told("started")).toEqual(names(1, 12));
    expect(told("finished")).toEqual(names(1, 11));
    const tables = "SELECT FROM pg_tables WHERE schemaname = current_schema AND tablename ~ '^t[0-9]+$'";
    expect(await connection.query(tables)).toHaveLength(11);
  });

  test.each([
    ["SQL of the user's", 'm.runSQL("SELECT 1")'],
    ["code of the user's", "m.runCode(async () => {})"],
    ["an index on a table that was there", 'm.createIndex("t1", ["p"])'],
    ["a constraint on a table that was there", 'm.addConstraint("t1", { check: "a > 0", name: "positive" })'],
    ["a column that rows get values in", 'm.addColumn("t1", "b", m.int({ default: 1 }))'],
    ["a change of a column", 'm.alterColumn("t1", "a", m.bigInt())'],
  ])("are none with %s", async (_, operation) => {
    const { manager, sent } = await opened(project(7, { 4: operation, 6: operation.replaceAll("t1", "t2") }));
    expect(await up(manager)).toEqual(names(1, 7));
    // The second and the third are the only neighbours; where the first has taken long, they are not sent together either.
    expect([[], [2]]).toContainEqual(sent);
  });

  test("are none that lose rows, for which somebody is asked first", async () => {
    const { manager, connection, sent } = await opened(
      project(6, { 5: 'm.dropTable("t4"), m.createTable("t5", { id: m.int({ pk: true }) })' }),
    );
    expect(await up(manager, { target: "4" })).toEqual(names(1, 4));
    await connection.execute(["INSERT INTO t4 (a) VALUES (1)"]);
    expect(await rejection(up(manager))).toMatchObject({ losses: [{ migration: nameOf(5) }] });
    expect((await manager.history()).map(({ name }) => name)).toEqual(names(1, 4));
    expect(sent.every((count) => count <= 3)).toBe(true);
  });

  test("are looked at again where another migrator has been faster", async () => {
    const { manager, told } = await opened(project(12), async (url) => {
      const other = await db.open(url);
      await other.execute([
        "CREATE TABLE t5 (id integer PRIMARY KEY, a integer, p integer)",
        `INSERT INTO orm_migrations (app, name, applied_at) VALUES ('models', '${nameOf(5)}', now())`,
      ]);
    });
    expect(await up(manager)).toEqual([...names(1, 4), ...names(6, 12)]);
    expect(told("doneMeanwhile")).toEqual([nameOf(5)]);
    expect(told("finished")).toEqual([...names(1, 4), ...names(6, 12)]);
  });

  test("wait for a lock as one does alone, and tell who holds it", async () => {
    let release = async () => {};
    const { manager, told, events } = await opened(project(10), async (url) => {
      const holder = await db.open(url);
      await holder.execute(["BEGIN", "LOCK TABLE t1 IN ROW EXCLUSIVE MODE"]);
      release = async () => await holder.execute(["COMMIT"]);
    });
    const upgrade = up(manager, { timeouts: { lockMs: 400 } });
    while (told("retrying").length === 0) await Bun.sleep(20);
    await release();
    expect(await upgrade).toEqual(names(1, 10));
    const [retrying] = events.filter((event) => event.kind === "retrying");
    expect(retrying).toMatchObject({ name: nameOf(2), why: expect.stringContaining("lock timeout") });
    const blocked = told("blocked");
    expect(blocked).toContainEqual(expect.stringMatching(/^one of 0002_t2 to \d{4}_t\d+$/));
    expect(blocked).toContain(nameOf(2));
  });

  test("are stopped between two of them", async () => {
    const directory = project(12);
    const { url } = await db.create();
    const connection = await db.open(url);
    const stopping = new AbortController();
    const manager = new MigrationManager({
      directory,
      connection,
      signal: stopping.signal,
      onEvent(event) {
        if (event.kind !== "started" || event.name !== nameOf(2)) return;
        stopping.abort(new Error("enough"));
        setImmediate(() => void connection.cancel());
      },
    });
    expect(await rejection(up(manager))).toMatchObject({ message: expect.stringContaining("enough") });
    const done = (await new MigrationManager({ directory, connection: await db.open(url) }).history()).map(
      ({ name }) => name,
    );
    // However far it has come, it is applied without a gap.
    expect(done).toEqual(names(1, done.length));
  });

  test("are applied where their session is lost after the last COMMIT", async () => {
    const directory = project(10);
    const { connection } = await db.create();
    let lost = 0;
    const watched = new Proxy(connection, {
      get(target, key) {
        const value = Reflect.get(target, key, target);
        if (key !== "executeTransactions") return typeof value === "function" ? value.bind(target) : value;
        const execute: Connection["executeTransactions"] = async (transactions) => {
          const outcome = await target.executeTransactions?.(transactions);
          lost += 1;
          return { committed: outcome?.committed ?? 0, failure: new ConnectionError("lost") };
        };
        return execute;
      },
    });
    const manager = new MigrationManager({ directory, connection: watched });
    expect(await up(manager)).toEqual(names(1, 10));
    expect(lost).toBeGreaterThan(0);
  });

  test("say which of them have been committed where the session is lost", async () => {
    const ending = `m.createTable("t6", { id: m.int({ pk: true }), a: m.int({ default: sql("nobody()") }) })`;
    const { manager, url } = await opened(project(12, { 6: ending }), async (at) => {
      const other = await db.open(at);
      await other.execute([
        "CREATE FUNCTION nobody() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
        `CREATE FUNCTION ends() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%.t6') THEN
    PERFORM pg_terminate_backend(pg_backend_pid());
  END IF;
END $$`,
        "CREATE EVENT TRIGGER ends ON ddl_command_end EXECUTE FUNCTION ends()",
      ]);
    });
    const error = await rejection(up(manager));
    expect(error).toMatchObject({
      message: expect.stringContaining("while applying 0006_t6"),
      hint: expect.stringContaining(`applied by this run: ${names(1, 5).join(", ")}; what had not`),
    });
    const other = await db.open(url);
    await other.execute(["DROP EVENT TRIGGER ends"]);
    const again = new MigrationManager({ directory: project(12, { 6: ending }), connection: other });
    expect(await up(again)).toEqual(names(6, 12));
  });
});
