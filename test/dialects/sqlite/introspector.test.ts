import { expect, test } from "bun:test";
import { sqliteDialect } from "../../../src/dialects/sqlite/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { onlySqlite } from "../../support/databases.ts";
import { apply, drift } from "./apply.ts";

onlySqlite("introspection", (db) => {
  test("finds every type, default and constraint as it was declared", async () => {
    const { connection } = await db.create();
    const { schema } = await apply(connection, EMPTY_SCHEMA, [
      m.createEnum("mood", ["calm", "it's", 'a "b"']),
      m.createTable(
        "parent",
        { a: m.int(), b: m.text() },
        { primaryKey: ["b", "a"], comment: "not on SQLite" },
      ),
      m.createTable(
        "every",
        {
          id: m.bigInt({ pk: true }),
          small: m.smallInt({ default: -1 }),
          big: m.bigInt({ default: 9223372036854775807n }),
          float: m.float({ default: 1e21 }),
          price: m.decimal({ maxDigits: 10, decimalPlaces: 2, default: "1.50" }),
          exact: m.decimal({ maxDigits: 30, decimalPlaces: 10, default: "12345678901234567890.5" }),
          name: m.char({ maxLength: 20, default: "it's ) -- /*" }),
          text: m.text({ default: m.sql("('a' || /* ) */ 'b')") }),
          data: m.binary({ default: "00ff" }),
          flag: m.boolean({ default: true }),
          at: m.datetime({ default: "2026-01-31T10:00:00Z" }),
          now: m.datetime({ default: m.sql("CURRENT_TIMESTAMP") }),
          day: m.date({ default: "2026-01-31" }),
          hour: m.time({ null: true }),
          wait: m.duration({ default: 1500 }),
          key: m.uuid({ null: true, unique: { name: "own name" } }),
          doc: m.json({ default: { a: ["it's"] } }),
          mood: m.enum("mood", { default: "it's" }),
          parent_a: m.int({ null: true }),
          parent_b: m.text({ null: true }),
        },
        {
          uniques: [{ columns: ["small", "big"] }],
          checks: [{ name: "odd", expression: "  ( small<>0  OR name = ')' ) -- why" }],
          foreignKeys: [
            {
              columns: ["parent_b", "parent_a"],
              references: { table: "parent", columns: ["b", "a"] },
              onDelete: "setNull",
              onUpdate: "cascade",
            },
          ],
          indexes: [{ columns: ["day", "small"] }, { columns: ["flag"], unique: true, name: "one flag" }],
        },
      ),
    ]);
    expect(await drift(connection, schema)).toEqual([]);
    const [row] = await connection.query(
      "INSERT INTO every (id) VALUES (1) RETURNING exact, at, flag, wait, doc, data, typeof(exact) AS kind",
    );
    expect(row).toEqual({
      exact: "12345678901234567890.5",
      at: "2026-01-31 10:00:00.000",
      flag: 1,
      wait: 1500,
      doc: '{"a":["it\'s"]}',
      data: new Uint8Array([0, 255]),
      kind: "text",
    });
  });

  test("reads tables that other programs have made", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE [Artist]\n(\n  [ArtistId] INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, -- a, key\n  [Name] NVARCHAR(120) DEFAULT 'x,)'\n)",
      `CREATE TABLE "Album" (
        \`AlbumId\` INT NOT NULL, [Price] NUMERIC(10,2) DEFAULT -1.5, "Made" DATETIME DEFAULT CURRENT_TIMESTAMP /* , */,
        ArtistId INTEGER CHECK (ArtistId > 0) REFERENCES artist ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        Code VARCHAR UNIQUE ON CONFLICT IGNORE, PRIMARY KEY (albumid), CHECK (length(Code) > 1) UNIQUE (Price, [made]))`,
      "CREATE INDEX by_made ON Album (made, [Price])",
      "CREATE INDEX partial ON Album (Made) WHERE (Made > 1 AND Code <> ')')",
      "CREATE INDEX lowered ON Album (lower(Code))",
      "CREATE UNIQUE INDEX falling ON Album (made DESC, [code] COLLATE NOCASE desc, (Price + (1)) ASC)",
      "CREATE TABLE orm_migrations (id weird)",
      "CREATE VIRTUAL TABLE search USING fts5(body)",
      "CREATE VIEW v AS SELECT * FROM Album",
    ]);
    const schema = await sqliteDialect.introspect(connection);
    expect([...schema.tables.keys()].sort()).toEqual(["Album", "Artist"]);
    expect(schema.tables.get("Artist")).toEqual({
      name: "Artist",
      columns: [
        { name: "ArtistId", type: { kind: "int" }, nullable: false, autoIncrement: true },
        {
          name: "Name",
          type: { kind: "char", maxLength: 120 },
          nullable: true,
          default: { expression: "'x,)'" },
        },
      ],
      primaryKey: ["ArtistId"],
      uniques: [],
      checks: [],
      foreignKeys: [],
      indexes: [],
    });
    expect(schema.tables.get("Album")).toEqual({
      name: "Album",
      columns: [
        { name: "AlbumId", type: { kind: "int" }, nullable: false },
        {
          name: "Price",
          type: { kind: "decimal", maxDigits: 10, decimalPlaces: 2 },
          nullable: true,
          default: { expression: "-1.5" },
        },
        {
          name: "Made",
          type: { kind: "datetime" },
          nullable: true,
          default: { expression: "CURRENT_TIMESTAMP" },
        },
        { name: "ArtistId", type: { kind: "int" }, nullable: true },
        { name: "Code", type: { kind: "text" }, nullable: true },
      ],
      primaryKey: ["AlbumId"],
      uniques: [
        { kind: "unique", name: "Album_Code_key", columns: ["Code"] },
        { kind: "unique", name: "Album_Price_Made_key", columns: ["Price", "Made"] },
      ],
      checks: [
        { kind: "check", name: "Album_check", expression: "ArtistId > 0" },
        { kind: "check", name: "Album_check1", expression: "length(Code) > 1" },
      ],
      foreignKeys: [
        {
          kind: "foreignKey",
          name: "Album_ArtistId_fkey",
          columns: ["ArtistId"],
          references: { table: "Artist", columns: ["ArtistId"] },
          onDelete: "cascade",
          onUpdate: "noAction",
          deferrable: "deferred",
        },
      ],
      indexes: [
        { name: "by_made", columns: ["Made", "Price"], unique: false },
        { name: "partial", columns: ["Made"], unique: false, where: "Made > 1 AND Code <> ')'" },
        { name: "lowered", columns: [{ expression: "lower(Code)" }], unique: false },
        {
          name: "falling",
          columns: [
            { column: "Made", order: "desc" },
            { expression: "[code] COLLATE NOCASE", order: "desc" },
            { expression: "Price + (1)" },
          ],
          unique: true,
        },
      ],
    });
  });

  test("finds a key that counts by itself, where it is declared for the table", async () => {
    for (const key of ['PRIMARY KEY("ID" AUTOINCREMENT)', "CONSTRAINT k PRIMARY KEY(id ASC AUTOINCREMENT)"]) {
      const { connection } = await db.create();
      await connection.execute([`CREATE TABLE "t" ("id" INTEGER NOT NULL, "n" TEXT, ${key})`]);
      const table = (await sqliteDialect.introspect(connection)).tables.get("t");
      expect(table?.primaryKey).toEqual(["id"]);
      expect(table?.columns).toEqual([
        { name: "id", type: { kind: "int" }, nullable: false, autoIncrement: true },
        { name: "n", type: { kind: "text" }, nullable: true },
      ]);
    }
  });

  test.each([
    ["q int REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED", ["deferred"]],
    ["q int REFERENCES p NOT NULL NOT DEFERRABLE INITIALLY DEFERRED", [undefined]],
    ["q int REFERENCES p DEFAULT 1 CONSTRAINT later DEFERRABLE", ["immediate"]],
    ["q int REFERENCES p DEFERRABLE INITIALLY DEFERRED NOT DEFERRABLE", [undefined]],
    ["q int REFERENCES p NOT DEFERRABLE NOT NULL DEFERRABLE INITIALLY DEFERRED", ["deferred"]],
    ["q int REFERENCES p ON INSERT SET NULL ON DELETE CASCADE", [undefined]],
    ["q int, FOREIGN KEY (q) REFERENCES p ON INSERT CASCADE DEFERRABLE", ["immediate"]],
    ["q int DEFERRABLE INITIALLY DEFERRED REFERENCES p", [undefined]],
    ["q int REFERENCES p UNIQUE REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED", [undefined, "deferred"]],
    ["q int REFERENCES p, r int DEFERRABLE INITIALLY DEFERRED", ["deferred"]],
  ])("finds when the foreign keys of %s are checked", async (columns, expected) => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE p (id integer PRIMARY KEY)",
      `CREATE TABLE t (id integer PRIMARY KEY, ${columns})`,
    ]);
    const table = (await sqliteDialect.introspect(connection)).tables.get("t");
    expect<unknown>(table?.foreignKeys.map(({ deferrable }) => deferrable)).toEqual(expected);
    expect(table?.columns.find(({ name }) => name === "q")?.type).toEqual({ kind: "int" });
    // What SQLite makes of it.
    await connection.execute(["PRAGMA foreign_keys = ON", "BEGIN"]);
    const insert = connection.execute(["INSERT INTO t (id, q) VALUES (1, 77)"]);
    const isLate = expected.every((deferrable) => deferrable === "deferred");
    if (isLate) await insert;
    else await expect(insert).rejects.toThrow("FOREIGN KEY");
    await connection.execute(["ROLLBACK"]);
  });

  test("names the column that it cannot describe", async () => {
    for (const [declaration, message] of [
      ["p 'a text'", "column t.p has the unknown type 'a text'"],
      ["p [Of Brackets]", "column t.p has the unknown type [Of Brackets]"],
    ] as const) {
      const { connection } = await db.create();
      await connection.execute([`CREATE TABLE t (id int, ${declaration})`]);
      await expect(sqliteDialect.introspect(connection)).rejects.toThrow(message);
    }
  });

  test("follows what ALTER TABLE makes of the stored text", async () => {
    const { connection } = await db.create();
    const { schema } = await apply(connection, EMPTY_SCHEMA, [
      m.createTable(
        "t",
        { id: m.int({ pk: true }), a: m.text() },
        { checks: [{ name: "c", expression: "a <> ''" }] },
      ),
      m.runSQL("SELECT 1"),
      m.addColumn("t", "b", m.int({ null: true, references: { table: "t", column: "id" } })),
      m.runSQL("SELECT 1"),
      m.renameTable("t", "T"),
      m.renameColumn("T", "a", "first name"),
      m.renameColumn("T", "b", "B"),
      m.renameTable("T", 'x "y'),
    ]);
    expect(await drift(connection, schema)).toEqual([]);
  });

  test("finds nothing new where the fingerprint is the same", async () => {
    const { connection } = await db.create();
    const prints = async (...statements: string[]) => {
      await connection.execute(statements);
      return await sqliteDialect.fingerprint?.(connection);
    };
    const first = await prints("CREATE TABLE a (id int)", "CREATE TABLE b (id int)");
    const withIndex = await prints("CREATE INDEX i ON b (id)");
    const other = await prints("DROP INDEX i", "CREATE INDEX i ON b (id DESC)");
    const elsewhere = await prints("DROP INDEX i", "CREATE INDEX i ON a (id)");
    expect(new Set([first, withIndex, other, elsewhere]).size).toBe(4);
    // In which order things were made does not count, nor what is in the tables.
    const again = await prints(
      "DROP TABLE a",
      "DROP TABLE b",
      "CREATE TABLE b (id int)",
      "CREATE TABLE a (id int)",
    );
    expect(again).toBe(first);
    expect(await prints("INSERT INTO a VALUES (1)")).toBe(first);
  });
});
