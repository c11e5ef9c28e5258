import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { Connection } from "../src/connection/connection.ts";
import { ConnectionError, UsageError } from "../src/errors.ts";
import { defineModel, fields, MigrationManager, YaraOrm } from "../src/index.ts";
import { installVirtualModule } from "../src/virtual-module.ts";
import { describeDatabases } from "./support/databases.ts";
import { rejection } from "./support/rejection.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

installVirtualModule();

const Item = defineModel("Item", { name: fields.text() });

/** Its code takes a while: as long as a test wants where that says so. */
const FIRST = `import { migrations as m } from "yara-orm";
export const dependencies: string[] = [];
export const operations = [
  m.createTable("item", { id: m.int({ pk: true }), name: m.text() }),
  m.runCode(async ({ models, db }) => {
    await (globalThis.yaraTestMeeting?.() ?? Bun.sleep(20));
    await models.item.objects.create({ name: db.dialect });
  }, () => undefined),
];
`;

let beside: Connection | undefined;

afterEach(async () => {
  Reflect.deleteProperty(globalThis, "yaraTestMeeting");
  await beside?.close();
  await YaraOrm.close();
});

const folder = () => join(temporaryFolder({ "migrations/0001_first.ts": FIRST }), "migrations");

const namesIn = async () => (await Item.objects.all()).map(({ name }) => name);

describeDatabases("an application with a second database", (db) => {
  /** A SQLite file for `Model.objects`, and a session with another database beside it. */
  async function connect(): Promise<Connection> {
    await YaraOrm.init(`sqlite:///${join(temporaryFolder(), "first.db")}`);
    beside = await YaraOrm.connect(await db.createUrl());
    return beside;
  }

  test("has a manager on each, at once", async () => {
    const connection = await connect();
    const directory = folder();
    // Each goes on when both are in the middle of it.
    const both = Promise.withResolvers<void>();
    let begun = 0;
    Reflect.set(globalThis, "yaraTestMeeting", () => {
      begun += 1;
      if (begun === 2) both.resolve();
      return both.promise;
    });
    const first = new MigrationManager({ directory });
    const second = new MigrationManager({ directory, connection });
    expect(await Promise.all([first.upgrade(), second.upgrade()])).toEqual([["0001_first"], ["0001_first"]]);
    expect(connection.dialect).toBe(db.name);
    // Code of a migration works on its database, the application on that of init.
    expect(await connection.query(`SELECT "name" FROM "item"`)).toEqual([{ name: db.name }]);
    expect(await namesIn()).toEqual(["sqlite"]);
    await Item.objects.create({ name: "application" });
    expect(await connection.query(`SELECT "name" FROM "item"`)).toHaveLength(1);
  });

  test("may have several managers on it, which take turns", async () => {
    const connection = await connect();
    const directory = folder();
    const managers = [1, 2, 3].map(() => new MigrationManager({ directory, connection }));
    const ran = await Promise.all(managers.map((manager) => manager.upgrade()));
    expect(ran).toEqual([["0001_first"], [], []]);
    expect(await connection.query(`SELECT "name" FROM "item"`)).toHaveLength(1);
  });

  test("is asked with its own session at hand, and the manager's", async () => {
    const connection = await connect();
    const directory = folder();
    await new MigrationManager({ directory }).upgrade();
    await Item.objects.create({ name: "application" });
    const second = new MigrationManager({ directory, connection });
    await second.upgrade();
    const seen: unknown[] = [];
    const askConsent = async () => {
      seen.push(await namesIn(), (await second.heads()).length);
      return true;
    };
    expect(await second.downgrade({ askConsent })).toEqual(["0001_first"]);
    expect(seen).toEqual([["sqlite", "application"], 1]);
  });

  test("has no manager inside a migration of it", async () => {
    const connection = await connect();
    const directory = folder();
    const second = new MigrationManager({ directory, connection });
    const error = await rejection(
      YaraOrm.transaction(async () => {
        await second.upgrade();
        await new MigrationManager({ directory }).upgrade();
      }),
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ hint: expect.stringContaining("await YaraOrm.connect(url)") });
    expect(await second.heads()).toEqual([{ name: "0001_first", applied: true }]);
  });

  test("ends each session by itself", async () => {
    const connection = await connect();
    await YaraOrm.close();
    expect(await connection.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await YaraOrm.init("sqlite://:memory:");
    await connection.close();
    expect(await rejection(connection.query("SELECT 1"))).toBeInstanceOf(ConnectionError);
    expect(await YaraOrm.connection().query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

test("a second init names the way to a second session", async () => {
  await YaraOrm.init("sqlite://:memory:");
  const error = await rejection(YaraOrm.init("sqlite://:memory:"));
  expect(error).toMatchObject({ hint: expect.stringContaining("YaraOrm.connect(url)") });
});

test("a session that cannot be had is told as by init", async () => {
  const url = `sqlite:///${join(temporaryFolder(), "no/such/folder.db")}`;
  const [one, other] = [await rejection(YaraOrm.init(url)), await rejection(YaraOrm.connect(url))];
  expect(one).toBeInstanceOf(ConnectionError);
  expect(other.message).toBe(one.message);
});
