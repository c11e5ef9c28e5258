import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConsentError, MigrationError, NeedsAnswerError, UsageError } from "../src/errors.ts";
import { defineModel, fields, type ManagerEvent, MigrationManager, YaraOrm } from "../src/index.ts";
import { installVirtualModule } from "../src/virtual-module.ts";
import { describeDatabases } from "./support/databases.ts";
import { rejection } from "./support/rejection.ts";
import { temporaryFolder, write } from "./support/temporary-folder.ts";

// Migration files in a folder outside this project import "yara-orm".
installVirtualModule();

const User = defineModel("User", { name: fields.char({ maxLength: 100 }) });
const OlderUser = defineModel("User", {
  name: fields.char({ maxLength: 100 }),
  age: fields.int({ null: true }),
});
const Post = defineModel("Post", { title: fields.text(), author: fields.foreignKey(() => OlderUser) });

function folder(): string {
  return join(temporaryFolder(), "migrations");
}

afterEach(() => YaraOrm.close());

describeDatabases("MigrationManager", (db) => {
  test("does all that the commands do", async () => {
    const directory = folder();
    await YaraOrm.init(await db.createUrl());
    const manager = new MigrationManager({ directory, models: [User] });
    expect(await manager.init()).toBe(true);
    expect(await manager.init()).toBe(false);
    expect(await manager.makeMigrations()).toBe("0001_initial.ts");
    expect(await manager.makeMigrations()).toBeNull();

    const later = new MigrationManager({ directory, models: [OlderUser] });
    expect(await later.makeMigrations()).toBe("0002_user_age.ts");
    const last = new MigrationManager({ directory, models: [OlderUser, Post] });
    expect(await last.makeMigrations({ name: "posts" })).toBe("0003_posts.ts");
    expect(await last.makeMigrations({ empty: true, name: "fill in" })).toBe("0004_fill_in.ts");
    expect(await last.makeMigrations()).toBeNull();
    expect(readdirSync(directory).sort()).toEqual([
      "0001_initial.ts",
      "0002_user_age.ts",
      "0003_posts.ts",
      "0004_fill_in.ts",
    ]);

    const names = ["0001_initial", "0002_user_age", "0003_posts", "0004_fill_in"];
    expect(await manager.history()).toEqual([]);
    expect(await manager.heads()).toEqual(names.map((name) => ({ name, applied: false })));
    expect(await manager.upgrade({ target: "2" })).toEqual(names.slice(0, 2));
    expect(await manager.upgrade({ target: "0001_initial" })).toEqual([]);
    expect(await manager.upgrade()).toEqual(names.slice(2));
    expect(await manager.upgrade()).toEqual([]);
    expect(await manager.heads()).toEqual(names.map((name) => ({ name, applied: true })));

    const history = await manager.history();
    expect(history.map(({ name }) => name)).toEqual(names);
    for (const { appliedAt } of history) {
      expect(appliedAt).toBeInstanceOf(Date);
      // A moment, not the clock of some time zone.
      expect(Math.abs(appliedAt.getTime() - Date.now())).toBeLessThan(600_000);
    }

    const author = await OlderUser.objects.create({ name: "Ada", age: 36 });
    await Post.objects.create({ title: "Notes", author });
    expect(await manager.downgrade()).toEqual(["0004_fill_in"]);
    expect(await manager.downgrade({ steps: 2, confirm: true })).toEqual(["0003_posts", "0002_user_age"]);
    expect((await User.objects.get({ name: "Ada" })).id).toBe(author.id);
    expect(await manager.upgrade()).toEqual(names.slice(1));
    expect((await OlderUser.objects.get({ name: "Ada" })).age).toBeNull();
    expect(await manager.downgrade({ target: "3", steps: 2 })).toEqual(["0004_fill_in"]);
    expect(await manager.downgrade({ target: "0001", confirm: true })).toEqual([
      "0003_posts",
      "0002_user_age",
    ]);
    expect(await manager.downgrade({ target: "zero", confirm: true })).toEqual(["0001_initial"]);
    expect(await manager.downgrade()).toEqual([]);
    expect(await manager.history()).toEqual([]);
  });

  test("looking creates nothing", async () => {
    const directory = folder();
    const url = await db.createUrl();
    const manager = new MigrationManager({ directory, models: [User] });
    await manager.makeMigrations();
    await YaraOrm.init(url);
    await manager.history();
    await manager.heads();
    await manager.sqlmigrate("1");
    await manager.downgrade();
    const error = await rejection(YaraOrm.connection().query("SELECT * FROM orm_migrations"));
    expect(error.message).toContain("orm_migrations");
  });

  test("data is lost with consent only, which is a name, true, or what somebody answers", async () => {
    const { connection } = await db.create();
    const directory = folder();
    const manager = new MigrationManager({ directory, models: [User], connection });
    await manager.makeMigrations();
    await manager.upgrade();
    await connection.execute([`INSERT INTO "user" (name) VALUES ('Ada')`]);
    const [planned] = await manager.plan("backward");
    expect(planned?.operations.at(-1)).toMatchObject({ kind: "dropTable", destructive: true, loses: "user" });
    const error = await rejection(manager.downgrade());
    if (!(error instanceof ConsentError)) throw error;
    expect(error).toMatchObject({
      code: "needs-answer",
      losses: [{ migration: "0001_initial", table: "user" }],
    });
    expect(await rejection(manager.downgrade({ confirm: "other" }))).toBeInstanceOf(ConsentError);
    const asked: string[] = [];
    const askConsent = async (request: { database: string }) => {
      asked.push(request.database);
      return asked.length === 2;
    };
    expect(await rejection(manager.downgrade({ askConsent }))).toBeInstanceOf(ConsentError);
    expect(await manager.downgrade({ askConsent })).toEqual(["0001_initial"]);
    expect(asked).toEqual([error.database, error.database]);
  });

  test("a session that is given is used and left open", async () => {
    const { connection } = await db.create();
    const directory = folder();
    const manager = new MigrationManager({ directory, models: [User], connection });
    await manager.makeMigrations();
    expect(await manager.upgrade()).toEqual(["0001_initial"]);
    expect(await manager.sqlmigrate("1")).toEqual(
      await manager.sqlmigrate("0001_initial", { dialect: db.name }),
    );
    expect(await connection.query('SELECT count(*) AS n FROM "user"')).toEqual([{ n: 0 }]);
  });

  test("two apps in one database do not see each other", async () => {
    await YaraOrm.init(await db.createUrl());
    const shop = new MigrationManager({ directory: folder(), app: "shop", models: [User] });
    const Note = defineModel("Note", { text: fields.text() });
    const notes = new MigrationManager({ directory: folder(), app: "it's notes", models: [Note] });
    await shop.makeMigrations();
    await notes.makeMigrations();
    expect(await shop.upgrade()).toEqual(["0001_initial"]);
    expect(await notes.heads()).toEqual([{ name: "0001_initial", applied: false }]);
    expect(await notes.upgrade()).toEqual(["0001_initial"]);
    expect(await shop.downgrade({ target: "zero" })).toEqual(["0001_initial"]);
    expect((await notes.history()).map(({ name }) => name)).toEqual(["0001_initial"]);
    expect(await Note.objects.count()).toBe(0);
  });

  test("a data migration works on the session of the manager, in the transaction of its migration", async () => {
    const { connection } = await db.create();
    const directory = folder();
    const manager = new MigrationManager({ directory, models: [User], connection });
    await manager.makeMigrations();
    write(
      directory,
      "0002_people.ts",
      `import { defineModel, fields, migrations as m } from "yara-orm";
const User = defineModel("User", { name: fields.char({ maxLength: 100 }) });
export const dependencies = ["0001_initial"];
export const operations = [
  m.runCode(
    async ({ db }) => {
      await User.objects.create({ name: "Ada" });
      await db.query('SELECT count(*) FROM "user"');
      if (globalThis.refusePeople) throw new Error("not today");
    },
    async () => { await User.objects.all().delete(); },
  ),
];
`,
    );
    const people = () => connection.query('SELECT name FROM "user"');
    Object.assign(globalThis, { refusePeople: true });
    const error = await rejection(manager.upgrade());
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toContain("0002_people failed at operation 1 of 1 (run code): Error: not today");
    expect(await people()).toEqual([]);
    expect((await manager.history()).map(({ name }) => name)).toEqual(["0001_initial"]);

    Object.assign(globalThis, { refusePeople: false });
    expect(await manager.upgrade()).toEqual(["0002_people"]);
    expect(await people()).toEqual([{ name: "Ada" }]);
    expect(await manager.downgrade()).toEqual(["0002_people"]);
    expect(await people()).toEqual([]);
  });

  test("code that is stopped by the signal is undone, whatever it does then, and no other migration begins", async () => {
    const { connection } = await db.create();
    const directory = folder();
    const stopping = new AbortController();
    const events: string[] = [];
    const manager = new MigrationManager({
      directory,
      connection,
      signal: stopping.signal,
      onEvent(event) {
        if (event.kind === "started") events.push(event.name);
        if (event.kind !== "log") return;
        events.push(`${event.name}: ${event.text}`);
        stopping.abort(new Error("enough"));
      },
    });
    write(
      directory,
      "0001_initial.ts",
      `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("item", { id: m.int({ pk: true }) }),
  m.runCode(async ({ models, log }) => {
    await models.table("item").objects.create({});
    log("stop");
    await models.table("item").objects.create({}).catch(() => {});
  }),
];
`,
    );
    write(
      directory,
      "0002_more.ts",
      `export const dependencies = ["0001_initial"];\nexport const operations = [];\n`,
    );
    const error = await rejection(manager.upgrade());
    expect(error.message).toContain(
      "applying 0001_initial failed at operation 2 of 2 (run code): stopped: enough",
    );
    expect((await rejection(manager.upgrade())).message).toBe("stopped: enough");
    expect(events).toEqual(["0001_initial", "0001_initial: stop"]);
    expect(await manager.history()).toEqual([]);
    await connection.execute(["CREATE TABLE item (id integer)"]);
  });

  test("a file that has changed since it was loaded is loaded again", async () => {
    await YaraOrm.init(await db.createUrl());
    const directory = folder();
    const manager = new MigrationManager({ directory });
    const file = (table: string) =>
      `import { migrations as m } from "yara-orm";\nexport const operations = [m.createTable("${table}", { id: m.int({ pk: true }) })];\n`;
    write(directory, "0001_initial.ts", file("first"));
    expect((await manager.sqlmigrate("1", { dialect: db.name })).join("\n")).toContain('"first"');
    write(directory, "0001_initial.ts", file("second"));
    expect((await manager.sqlmigrate("1", { dialect: db.name })).join("\n")).toContain('"second"');
    await manager.upgrade();
    expect(await YaraOrm.connection().query("SELECT * FROM second")).toEqual([]);
  });

  test("what happens is told", async () => {
    await YaraOrm.init(await db.createUrl());
    const events: ManagerEvent[] = [];
    const directory = folder();
    const onEvent = (event: ManagerEvent) => events.push(event);
    const told = () => events.splice(0).map((event) => ("name" in event ? [event.kind, event.name] : event));
    const manager = new MigrationManager({ directory, models: [User], onEvent });
    await manager.makeMigrations();
    expect(told()).toMatchObject([{ kind: "detected", operations: [{ kind: "createTable" }] }]);
    const Renamed = defineModel("User", { nick: fields.char({ maxLength: 100 }) });
    const renaming = new MigrationManager({ directory, models: [Renamed], onEvent });
    await renaming.makeMigrations({ name: "nick", noRename: true, noFill: ["user.nick"] });
    expect(told()).toMatchObject([
      { kind: "detected", operations: [{ kind: "dropColumn" }, { kind: "addColumn" }] },
    ]);
    write(directory, "helper.ts", "");
    await manager.upgrade({ target: "1" });
    expect(told()).toEqual([
      { kind: "ignoredFile", file: "helper.ts" },
      ["started", "0001_initial"],
      ["finished", "0001_initial"],
    ]);
  });

  test("questions that nobody is asked are data of the error; the same options answer them", async () => {
    const directory = folder();
    await new MigrationManager({ directory, models: [User] }).makeMigrations();
    const Renamed = defineModel("User", {
      nick: fields.char({ maxLength: 100 }),
      age: fields.int(),
      at: fields.datetime({ autoNowAdd: true }),
    });
    const manager = new MigrationManager({ directory, models: [Renamed] });
    const error = await rejection(manager.makeMigrations());
    expect(error).toBeInstanceOf(NeedsAnswerError);
    expect((error as NeedsAnswerError).questions).toEqual([
      {
        kind: "column",
        table: "user",
        added: "nick",
        candidates: ["name"],
        answers: [{ rename: "user.name=user.nick" }, { new: "user.nick" }],
      },
      {
        kind: "fill",
        table: "user",
        column: "nick",
        change: "added",
        expected: "text of at most 100 characters",
        answers: [{ fill: "user.nick", value: null }, { noFill: "user.nick" }],
        onlyIf: [{ new: "user.nick" }],
      },
      {
        kind: "fill",
        table: "user",
        column: "age",
        change: "added",
        expected: "a whole number from -2147483648 to 2147483647",
        answers: [{ fill: "user.age", value: null }, { noFill: "user.age" }],
      },
    ]);
    expect(await rejection(manager.makeMigrations({ noFill: ["user.agee"] }))).toBeInstanceOf(UsageError);
    const asked: string[] = [];
    const name = await manager.makeMigrations({
      name: "asked",
      ask: async (question, problem) => {
        asked.push(question.kind);
        if (question.kind !== "fill") return question.candidates[0];
        expect(problem("old")).toContain("cannot be filled");
        return "18";
      },
    });
    expect([name, asked]).toEqual(["0002_asked.ts", ["column", "fill"]]);
    const text = await Bun.file(join(directory, "0002_asked.ts")).text();
    expect(text).toContain('m.renameColumn("user", "name", "nick")');
    expect(text).toContain('m.addColumn("user", "age", m.int(), { fill: 18 })');
  });

  test("nothing runs in a transaction of the caller's", async () => {
    await YaraOrm.init(await db.createUrl());
    const manager = new MigrationManager({ directory: folder(), models: [User] });
    await manager.makeMigrations();
    const error = await rejection(YaraOrm.transaction(() => manager.upgrade()));
    expect(error).toBeInstanceOf(UsageError);
    expect(await manager.heads()).toEqual([{ name: "0001_initial", applied: false }]);
    expect(await manager.upgrade()).toEqual(["0001_initial"]);
  });
});

describe("MigrationManager without a database", () => {
  test("writes migrations and their SQL, and asks for one for the rest", async () => {
    const manager = new MigrationManager({ directory: folder(), models: [User] });
    expect(await manager.makeMigrations()).toBe("0001_initial.ts");
    expect(await manager.sqlmigrate("1")).toContainEqual(expect.stringContaining("AUTOINCREMENT"));
    expect(await manager.sqlmigrate("1", { dialect: "postgres" })).toContainEqual(
      expect.stringContaining("GENERATED BY DEFAULT AS IDENTITY"),
    );
    expect(await manager.sqlmigrate("1", { backward: true })).toContainEqual('DROP TABLE "user";');
    for (const method of ["upgrade", "downgrade", "history", "heads"] as const) {
      const error = await rejection(manager[method]());
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toBe("there is no database connection");
    }
  });

  test("takes models from modules, globs and folders", async () => {
    const project = temporaryFolder({
      "a.ts":
        'import { defineModel, fields } from "yara-orm";\nexport const A = defineModel("A", { n: fields.int() });\n',
      "more/b.ts":
        'import { defineModel, fields } from "yara-orm";\nexport const B = defineModel("B", { n: fields.int() });\n',
    });
    const directory = join(project, "migrations");
    const made = async (models: string | string[]) => {
      const manager = new MigrationManager({ directory, models });
      const file = await manager.makeMigrations();
      if (file === null) return "";
      return readFileSync(join(directory, file), "utf8")
        .split("\n")
        .filter((line) => line.includes("createTable"))
        .join();
    };
    expect(await made(join(project, "a.ts"))).toBe('  m.createTable("a", {');
    expect(await made([join(project, "a"), join(project, "more")])).toBe('  m.createTable("b", {');
    expect(await made(`${join(project, "a.ts")}, ${join(project, "more/*.ts")}`)).toBe("");
    const error = await rejection(made(join(project, "c.ts")));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain("c.ts");
    // Not every module of the working directory.
    expect(await rejection(made(""))).toBeInstanceOf(UsageError);
    expect(await rejection(made([join(project, "a.ts"), ""]))).toBeInstanceOf(UsageError);
  });

  test("makes no directory where it writes nothing", async () => {
    const directory = folder();
    const wrong = new MigrationManager({ directory, models: [join(directory, "nowhere.ts")] });
    expect(await rejection(wrong.makeMigrations())).toBeInstanceOf(UsageError);
    expect(await rejection(wrong.makeMigrations({ name: "a/b" }))).toBeInstanceOf(UsageError);
    expect(await rejection(wrong.upgrade())).toBeInstanceOf(UsageError);
    expect(existsSync(directory)).toBe(false);
  });

  test("drops every table only where that is allowed", async () => {
    const directory = folder();
    await new MigrationManager({ directory, models: [User] }).makeMigrations();
    const none = new MigrationManager({ directory, models: [] });
    const error = await rejection(none.makeMigrations());
    expect(error).toBeInstanceOf(NeedsAnswerError);
    expect(error.message).toContain("would drop every known table (user)");
    // Who only asks is told.
    expect(await rejection(none.makeMigrations({ check: true }))).toMatchObject({
      code: "check",
      findings: { operations: [{ kind: "dropTable", table: "user" }] },
    });
    expect(await none.makeMigrations({ allowDestructive: true })).toBe("0002_delete_user.ts");
  });

  test("refuses steps and versions that are none", async () => {
    const directory = folder();
    const manager = new MigrationManager({ directory, models: [User] });
    await manager.makeMigrations();
    expect(await rejection(manager.sqlmigrate("2"))).toBeInstanceOf(UsageError);
    expect(await rejection(manager.sqlmigrate(""))).toBeInstanceOf(UsageError);
    await YaraOrm.init("sqlite://:memory:");
    await manager.upgrade();
    for (const steps of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await rejection(manager.downgrade({ steps }))).toBeInstanceOf(UsageError);
    }
    expect(await rejection(manager.upgrade({ target: "0001_initia" }))).toBeInstanceOf(UsageError);
    expect(await manager.heads()).toEqual([{ name: "0001_initial", applied: true }]);
  });
});
