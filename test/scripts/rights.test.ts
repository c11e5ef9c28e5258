import { expect, onTestFinished, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import { type Finished, yaraOrm } from "../support/binary.ts";
import { onlyPostgres, testServerUrl } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The command for an administrator with which a hint ends. */
const COMMAND = /administrator: ((?:GRANT|ALTER|CREATE) .*)$/m;

onlyPostgres("a role without a right", (db) => {
  /** A database and a role, which may do there what everybody may. */
  async function setUp(files: Readonly<Record<string, string>>) {
    const { url, connection } = await db.create();
    const name = `Role ${crypto.randomUUID()}`;
    const role = `"${name}"`;
    await connection.execute([`CREATE ROLE ${role} LOGIN`]);
    onTestFinished(async () => {
      // Roles are the server's and not the database's, which is gone by now.
      const admin = await openConnection(testServerUrl());
      const owned = await admin.query<{ name: string }>(
        "SELECT datname AS name FROM pg_database WHERE pg_get_userbyid(datdba) = $1",
        [name],
      );
      await admin.execute([...owned.map((own) => `DROP DATABASE "${own.name}"`), `DROP ROLE ${role}`]);
      await admin.close();
    });
    const asRole = url.replace(/\/\/[^@]*@/, `//${encodeURIComponent(name)}@`);
    const migrations = Object.entries(files).map(([file, text]) => [
      `migrations/${file}.ts`,
      `import { migrations as m } from "yara-orm";\n${text}\n`,
    ]);
    return { cwd: temporaryFolder(Object.fromEntries(migrations)), url, asRole, role, connection };
  }

  /** Runs a command as the role until it succeeds; each refusal names what is missing, and what its hint says mends it. */
  async function followingHints(
    command: () => Promise<Finished>,
    connection: Connection,
  ): Promise<{ commands: string[]; errors: string[]; last: Finished }> {
    const [commands, errors]: [string[], string[]] = [[], []];
    for (;;) {
      const last = await command();
      if (last.code === 0) return { commands, errors, last };
      expect(last).toMatchObject({ code: 1, stdout: "" });
      expect(last.stderr).not.toContain("--debug");
      const [, mend] = COMMAND.exec(last.stderr) ?? [];
      if (mend === undefined) throw new Error(`no command in the hint:\n${last.stderr}`);
      if (commands.includes(mend)) throw new Error(`${mend} has mended nothing:\n${last.stderr}`);
      commands.push(mend);
      errors.push(/^error: (.*)$/m.exec(last.stderr)?.[1] ?? "");
      await connection.execute([mend]);
    }
  }

  const ITEM = `export const operations = [
  m.createTable("user", { id: m.int({ pk: true }), name: m.text() }),
  m.runSQL(\`INSERT INTO "user" (name) VALUES ('Ada'), ('Bob')\`, { reverse: [] }),
];`;

  test("to the schema gets it, and everything is done", async () => {
    const { cwd, asRole, role, connection } = await setUp({ "0001_initial": ITEM });
    const upgrade = () => yaraOrm(["upgrade", "--db", asRole], { cwd });
    const { commands, errors, last } = await followingHints(upgrade, connection);
    expect(commands).toEqual([`GRANT USAGE, CREATE ON SCHEMA "public" TO ${role}`]);
    expect(errors[0]).toMatch(
      /^the table orm_migrations cannot be created: permission denied for schema public \(42501\)$/,
    );
    expect(last.stdout).toBe("applied: 0001_initial\n");
    expect(await connection.query(`SELECT name FROM "user" ORDER BY id`)).toEqual([
      { name: "Ada" },
      { name: "Bob" },
    ]);
  });

  test("to the database, to create a schema in it, or to create the database", async () => {
    const { cwd, url, asRole, role, connection } = await setUp({
      "0001_initial": `export const operations = [
  m.createSchema("billing"),
  m.createTable("billing.invoice", { id: m.int({ pk: true }) }),
];`,
    });
    const { pathname } = new URL(url);
    const database = pathname.slice(1);
    await connection.execute([
      `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`,
      `GRANT USAGE, CREATE ON SCHEMA public TO ${role}`,
    ]);
    const upgrade = () => yaraOrm(["upgrade", "--db", asRole], { cwd });
    const { commands, errors } = await followingHints(upgrade, connection);
    expect(commands).toEqual([
      `GRANT CONNECT ON DATABASE "${database}" TO ${role}`,
      `GRANT CREATE ON DATABASE "${database}" TO ${role}`,
    ]);
    expect(errors[0]).toMatch(/^cannot connect to PostgreSQL at \S+: permission denied for database/);
    expect(errors[1]).toMatch(/^applying 0001_initial failed at operation 1 of 2 .*\(42501\)$/);

    const other = `${database}_new`;
    const [start, end] = asRole.split(pathname);
    const created = await followingHints(
      () => yaraOrm(["upgrade", "--create-db", "--db", `${start}/${other}${end}`], { cwd }),
      connection,
    );
    expect(created.commands).toEqual([`CREATE DATABASE "${other}" OWNER ${role}`]);
  });

  const NEXT = `export const dependencies = ["0001_initial"];
export const operations = [
  m.addColumn("user", "size", m.int(), { fill: 3 }),
  m.createIndex("user", ["name"]),
  m.runSQL(\`UPDATE "user" SET name = upper(name)\`, { reverse: [] }),
];`;

  test("to the tables that another role has made: each is named with what gives it, and no row is lost", async () => {
    const { cwd, url, asRole, role, connection } = await setUp({
      "0001_initial": ITEM,
      "0002_next": NEXT,
      "0003_steps": `export const dependencies = ["0002_next"];
export const atomic = false;
export const operations = [
  m.runSQL(\`UPDATE "user" SET size = size + 1\`, { reverse: [] }),
  m.createIndex("user", ["size"], { name: "user_by_size", concurrently: true }),
];`,
    });
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    const upgrade = () => yaraOrm(["upgrade", "--db", asRole], { cwd });
    const { commands, errors, last } = await followingHints(upgrade, connection);
    expect(commands).toEqual([
      `GRANT SELECT ON "orm_migrations" TO ${role}`,
      `GRANT SELECT ON "orm_migration_details" TO ${role}`,
      `ALTER TABLE "user" OWNER TO ${role}`,
      `GRANT USAGE, CREATE ON SCHEMA "public" TO ${role}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON "orm_migrations" TO ${role}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON "orm_migration_details" TO ${role}`,
    ]);
    expect(errors).toEqual([
      "the applied migrations cannot be read: permission denied for table orm_migrations (42501)",
      "what is in the applied migrations cannot be read: permission denied for table orm_migration_details (42501)",
      expect.stringMatching(/^applying 0002_next failed at operation 1 of 3 .*must be owner of table user/),
      expect.stringMatching(
        /^(applying 0002_next failed at operation 2 of 3 |).*permission denied for schema/,
      ),
      expect.stringContaining("permission denied for table orm_migrations"),
      expect.stringContaining("permission denied for table orm_migration_details"),
    ]);
    expect(last.stdout).toMatch(/^applied: 0002_next, 0003_steps\n$/);
    expect(await connection.query(`SELECT name, size FROM "user" ORDER BY id`)).toEqual([
      { name: "ADA", size: 4 },
      { name: "BOB", size: 4 },
    ]);
    expect((await yaraOrm(["diff", "--db", asRole], { cwd })).stdout).toBe("no drift detected\n");
    const confirm = ["--confirm", new URL(url).pathname.slice(1)];
    const back = await yaraOrm(["downgrade", "1", ...confirm, "--db", asRole], { cwd });
    expect(back).toMatchObject({ code: 0, stdout: "reverted: 0003_steps, 0002_next\n" });
  });

  test("to rows, to what a key refers to, to a type, a function and a sequence, in whatever schema", async () => {
    const others = [
      "CREATE SCHEMA billing",
      "CREATE TABLE billing.invoice (id integer PRIMARY KEY, total integer)",
      "INSERT INTO billing.invoice VALUES (1, 10)",
      `CREATE TABLE "Old Names" (name text)`,
      `INSERT INTO "Old Names" VALUES ('Ada')`,
      "CREATE TYPE billing.mood AS ENUM ('fine')",
      "REVOKE USAGE ON TYPE billing.mood FROM PUBLIC",
      "CREATE FUNCTION billing.total() RETURNS integer LANGUAGE sql AS 'SELECT 7'",
      "REVOKE EXECUTE ON FUNCTION billing.total FROM PUBLIC",
      "CREATE SEQUENCE billing.numbers",
    ];
    const { cwd, asRole, role, connection } = await setUp({
      "0001_initial": `export const operations = [
  m.createTable("item", { id: m.int({ pk: true }), name: m.text() }),
  m.runSQL(\`INSERT INTO item (name) SELECT name FROM "Old Names"\`, { reverse: [] }),
  m.runSQL("UPDATE billing.invoice SET total = total + 1", { reverse: [] }),
  m.runSQL("ALTER TABLE item ADD invoice integer REFERENCES billing . \\"invoice\\"", { reverse: [] }),
  m.runSQL("CREATE TABLE more (mood Billing.Mood)", { reverse: [] }),
  m.runSQL("SELECT billing.total()", { reverse: [] }),
  m.runSQL("CREATE TABLE numbered (id integer DEFAULT nextval('billing.numbers')); INSERT INTO numbered DEFAULT VALUES", { reverse: [] }),
];`,
    });
    await connection.execute([...others, `GRANT USAGE, CREATE ON SCHEMA public TO ${role}`]);
    const upgrade = () => yaraOrm(["upgrade", "--db", asRole], { cwd });
    // What stands in a string has no schema that could be seen; the path finds it here.
    await connection.execute([`ALTER ROLE ${role} SET search_path = public, billing`]);
    await connection.execute(["SET search_path = public, billing"]);
    const { commands } = await followingHints(upgrade, connection);
    expect(commands).toEqual([
      `GRANT SELECT, INSERT ON "Old Names" TO ${role}`,
      `GRANT USAGE, CREATE ON SCHEMA "billing" TO ${role}`,
      `GRANT SELECT, UPDATE ON "billing"."invoice" TO ${role}`,
      `GRANT SELECT, REFERENCES ON "billing"."invoice" TO ${role}`,
      `GRANT USAGE ON TYPE "billing"."mood" TO ${role}`,
      `GRANT EXECUTE ON FUNCTION "billing"."total" TO ${role}`,
      `GRANT USAGE ON SEQUENCE "numbers" TO ${role}`,
    ]);
    // What was undone with each refusal has been done once.
    expect(await connection.query("SELECT total FROM billing.invoice")).toEqual([{ total: 11 }]);
    expect(await connection.query("SELECT name FROM item")).toEqual([{ name: "Ada" }]);
  });

  test("that is none to grant: who may do it is said, in the server's words too", async () => {
    const { cwd, asRole, role, connection } = await setUp({
      "0001_initial": `export const operations = [m.runSQL("ALTER SYSTEM SET work_mem = '8MB'", { reverse: [] })];`,
      "0002_next": `export const dependencies = ["0001_initial"];
export const operations = [m.createExtension("file_fdw")];`,
    });
    await connection.execute([`GRANT USAGE, CREATE ON SCHEMA public TO ${role}`]);
    const first = await yaraOrm(["upgrade", "--db", asRole], { cwd });
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(
      /^error: applying 0001_initial failed .*: permission denied to set parameter/m,
    );
    expect(first.stderr).toContain(`hint: the role ${role} may not do that: connect as one that may, or ask`);
    expect((await yaraOrm(["upgrade", "1", "--fake", "--db", asRole], { cwd })).code).toBe(0);
    const second = await yaraOrm(["upgrade", "--db", asRole], { cwd });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('hint: ask an administrator to run CREATE EXTENSION "file_fdw"');
  });

  test("to the schema of the records is told so, and not that nothing is applied", async () => {
    const { cwd, url, asRole, role, connection } = await setUp({ "0001_initial": ITEM, "0002_next": NEXT });
    expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
    await connection.execute(["REVOKE USAGE ON SCHEMA public FROM PUBLIC"]);
    for (const words of [
      ["heads"],
      ["history"],
      ["diff"],
      ["upgrade"],
      ["upgrade", "--plan"],
      ["downgrade"],
    ]) {
      const refused = await yaraOrm([...words, "--db", asRole], { cwd });
      expect({ words, code: refused.code, stdout: refused.stdout }).toEqual({ words, code: 1, stdout: "" });
      expect(refused.stderr).toContain(
        "error: the applied migrations cannot be read: permission denied for schema public, which holds the table orm_migrations (42501)",
      );
      expect(refused.stderr).toContain(`GRANT USAGE ON SCHEMA "public" TO ${role}`);
    }
    const heads = await followingHints(() => yaraOrm(["heads", "--db", asRole], { cwd }), connection);
    expect(heads.commands).toEqual([
      `GRANT USAGE ON SCHEMA "public" TO ${role}`,
      `GRANT SELECT ON "orm_migrations" TO ${role}`,
    ]);
    expect(heads.last.stdout).toBe("  [x] 0001_initial\n  [ ] 0002_next\n");
  });

  test("to read the records is told to ask for that alone, and how a migrator's rights differ", async () => {
    const { cwd, url, asRole, role, connection } = await setUp({ "0001_initial": ITEM });
    await Bun.write(
      `${cwd}/models.ts`,
      `import { defineModel, fields } from "yara-orm";
export const User = defineModel("User", { name: fields.text() });
`,
    );
    expect((await yaraOrm(["upgrade", "--db", url], { cwd })).code).toBe(0);
    const grant = (rights: string, table: string) => `GRANT ${rights} ON "${table}" TO ${role}`;
    const [records, details] = ["orm_migrations", "orm_migration_details"] as const;
    const needs: readonly (readonly [words: readonly string[], tables: readonly string[]])[] = [
      [["heads"], [records]],
      [["history"], [records]],
      [["status"], [records]],
      [
        ["upgrade", "--plan"],
        [records, details],
      ],
      [
        ["downgrade", "--plan"],
        [records, details],
      ],
      [["diff"], [records, details]],
      [["check"], [records, details]],
    ];
    for (const [words, tables] of needs) {
      const command = () => yaraOrm([...words, "--db", asRole], { cwd });
      const refused = await command();
      expect(refused.stderr).toContain(
        `administrator: ${grant("SELECT", records)}\n      or, where it is to apply migrations: ${grant("SELECT, INSERT, UPDATE, DELETE", records)}\n`,
      );
      const { commands } = await followingHints(command, connection);
      expect({ words, commands }).toEqual({ words, commands: tables.map((table) => grant("SELECT", table)) });
      await connection.execute([`REVOKE ALL ON ${records}, ${details} FROM ${role}`]);
    }
  });

  for (const how of ["a setting of its own", "the URL"]) {
    test(`and in whose place another one works, by ${how}: the hints name that one`, async () => {
      const { cwd, url, asRole, role, connection } = await setUp({ "0001_initial": ITEM, "0002_next": NEXT });
      const other = await setUp({});
      await connection.execute([`GRANT ${other.role} TO ${role}`]);
      if (how === "a setting of its own")
        await connection.execute([`ALTER ROLE ${role} SET role = ${other.role}`]);
      const db = new URL(asRole);
      // A space in an option is written with a backslash before it.
      const named = other.role.slice(1, -1).replaceAll(" ", "\\ ");
      if (how === "the URL") db.searchParams.set("options", `-c role=${named}`);
      expect((await yaraOrm(["upgrade", "1", "--db", url], { cwd })).code).toBe(0);
      const { commands } = await followingHints(
        () => yaraOrm(["upgrade", "--db", db.href.replaceAll("+", "%20")], { cwd }),
        connection,
      );
      expect(commands).toEqual([
        `GRANT SELECT ON "orm_migrations" TO ${other.role}`,
        `GRANT SELECT ON "orm_migration_details" TO ${other.role}`,
        `ALTER TABLE "user" OWNER TO ${other.role}`,
        `GRANT USAGE, CREATE ON SCHEMA "public" TO ${other.role}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON "orm_migrations" TO ${other.role}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON "orm_migration_details" TO ${other.role}`,
      ]);
    });
  }

  test("to write, because the database is for reading only", async () => {
    const { cwd, url, asRole, role, connection } = await setUp({ "0001_initial": ITEM });
    const database = new URL(url).pathname.slice(1);
    await connection.execute([
      `GRANT USAGE, CREATE ON SCHEMA public TO ${role}`,
      `ALTER DATABASE ${database} SET default_transaction_read_only = on`,
    ]);
    const upgrade = () => yaraOrm(["upgrade", "--db", asRole], { cwd });
    const { commands, errors } = await followingHints(upgrade, connection);
    expect(commands).toEqual([`ALTER DATABASE "${database}" SET default_transaction_read_only = off`]);
    expect(errors[0]).toContain("cannot execute CREATE TABLE in a read-only transaction (25006)");
  });
});
