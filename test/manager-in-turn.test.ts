import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { ConsentError, UsageError } from "../src/errors.ts";
import { defineModel, fields, type ManagerEvent, MigrationManager, YaraOrm } from "../src/index.ts";
import { installVirtualModule } from "../src/virtual-module.ts";
import { describeDatabases } from "./support/databases.ts";
import { rejection } from "./support/rejection.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

installVirtualModule();

const First = defineModel("First", { name: fields.text() });

/** A migration whose code takes a while, in which the application goes on. */
const slow = (table: string, dependencies: readonly string[], then = "") =>
  `import { migrations as m } from "yara-orm";
export const dependencies: string[] = ${JSON.stringify(dependencies)};
export const operations = [
  m.createTable("${table}", { id: m.int({ pk: true }), name: m.text() }),
  m.runCode(async ({ models, log }) => {
    log("begun");
    await Bun.sleep(50);
    await models.${table}.objects.create({ name: "migration" });
    await Bun.sleep(50);
    ${then}
  }, () => undefined),
];
`;

function folder(then = ""): string {
  return join(
    temporaryFolder({
      "migrations/0001_first.ts": slow("first", []),
      "migrations/0002_second.ts": slow("second", ["0001_first"], then),
    }),
    "migrations",
  );
}

const namesIn = async () => (await First.objects.all()).map(({ name }) => name);

afterEach(() => YaraOrm.close());

describeDatabases("while a manager works on the session of the application", (db) => {
  test("what the application writes waits, and is not undone with a migration that fails", async () => {
    await YaraOrm.init(await db.createUrl());
    const begun = Promise.withResolvers<void>();
    const manager = new MigrationManager({
      directory: folder(`throw new Error("stopped");`),
      onEvent: (event) => event.kind === "log" && event.name === "0002_second" && begun.resolve(),
    });
    await manager.upgrade({ target: "1" });
    const upgrading = rejection(manager.upgrade());
    await begun.promise;
    const writing = First.objects.create({ name: "application" });
    const inTransaction = YaraOrm.transaction(
      async () => await First.objects.create({ name: "transaction" }),
    );
    expect((await upgrading).message).toContain("stopped");
    await Promise.all([writing, inTransaction]);
    expect(await namesIn()).toEqual(["migration", "application", "transaction"]);
  });

  test("a query of the application that fails does not disturb it", async () => {
    await YaraOrm.init(await db.createUrl());
    const begun = Promise.withResolvers<void>();
    const directory = folder();
    const manager = new MigrationManager({
      directory,
      onEvent: ({ kind }) => kind === "log" && begun.resolve(),
    });
    const upgrading = manager.upgrade();
    await begun.promise;
    const Missing = defineModel("Missing", { name: fields.text() });
    const failed = rejection(Missing.objects.create({ name: "x" }));
    expect(await upgrading).toEqual(["0001_first", "0002_second"]);
    expect((await failed).message).toContain("missing");
  });

  test("managers take turns", async () => {
    await YaraOrm.init(await db.createUrl());
    const directory = folder();
    const [one, two] = [new MigrationManager({ directory }), new MigrationManager({ directory })];
    const [first, second, heads, history, status] = await Promise.all([
      one.upgrade(),
      two.upgrade(),
      one.heads(),
      two.history(),
      two.status(),
    ]);
    expect(first).toEqual(["0001_first", "0002_second"]);
    expect(second).toEqual([]);
    expect(heads.map(({ applied }) => applied)).toEqual([true, true]);
    expect(history).toHaveLength(2);
    expect(status.pending).toEqual([]);
    expect(await namesIn()).toEqual(["migration"]);
  });

  test("what it calls and awaits does not wait for it; what it only tells does", async () => {
    await YaraOrm.init(await db.createUrl());
    const asked: unknown[] = [];
    const told: Promise<unknown>[] = [];
    const onEvent = ({ kind }: ManagerEvent) => {
      if (kind === "started" && asked.length > 0) told.push(namesIn().catch(String));
    };
    const manager = new MigrationManager({ directory: folder(), onEvent });
    await manager.upgrade();
    const askConsent = async () => {
      asked.push(await namesIn(), (await manager.heads()).length, await YaraOrm.transaction(namesIn));
      return asked.length > 3;
    };
    const refused = await rejection(manager.downgrade({ target: "zero", askConsent }));
    expect(refused).toBeInstanceOf(ConsentError);
    expect(asked).toEqual([["migration"], 2, ["migration"]]);
    expect(told).toEqual([]);
    expect(await manager.downgrade({ target: "zero", askConsent })).toEqual(["0002_second", "0001_first"]);
    expect(String(await told[0])).toContain("first");
  });

  test("what it has called and not awaited waits like all others once it has ended", async () => {
    await YaraOrm.init(await db.createUrl());
    const manager = new MigrationManager({ directory: folder() });
    await manager.upgrade();
    const order: string[] = [];
    const ended = Promise.withResolvers<void>();
    let late: Promise<unknown> | undefined;
    const askConsent = async () => {
      late = ended.promise.then(() => manager.heads()).then(() => order.push("late"));
      return false;
    };
    expect(await rejection(manager.downgrade({ target: "zero", askConsent }))).toBeInstanceOf(ConsentError);
    const transaction = YaraOrm.transaction(async () => {
      ended.resolve();
      await Bun.sleep(100);
      order.push("transaction");
    });
    await Promise.all([transaction, late]);
    expect(order).toEqual(["transaction", "late"]);
  });

  test.each(["with the session of the application", "with that connection named"])(
    "inside of a transaction there is none: %s",
    async (which) => {
      await YaraOrm.init(await db.createUrl());
      const connection = which.includes("named") ? YaraOrm.connection() : undefined;
      const manager = new MigrationManager({ directory: folder(), connection });
      const error = await rejection(YaraOrm.transaction(async () => await manager.upgrade()));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain("inside a transaction");
      expect(await manager.upgrade()).toHaveLength(2);
    },
  );
});
