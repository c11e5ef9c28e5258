import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { sqliteDialect } from "../../../src/dialects/sqlite/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { onlySqlite } from "../../support/databases.ts";
import { apply, drift, inverted, run } from "./apply.ts";

const start = [
  m.createEnum("mood", ["calm", "wild"]),
  m.createTable("owner", { id: m.int({ pk: true }) }),
  m.createTable(
    "item",
    {
      id: m.int({ pk: true, autoIncrement: false }),
      x: m.text({ null: true, unique: true }),
      y: m.int({ null: true }),
      mood: m.enum("mood", { default: "calm" }),
      owner_id: m.int({ null: true, references: { table: "owner", column: "id" } }),
    },
    { checks: [{ name: "item_y", expression: "y > 0" }] },
  ),
];

const columns = [
  "id integer NOT NULL PRIMARY KEY",
  "x text UNIQUE",
  "y integer CHECK (y > 0)",
  "mood text NOT NULL DEFAULT 'calm' CHECK (mood IN ('calm', 'wild'))",
  "owner_id integer REFERENCES owner",
];

const rebuilt = m.alterColumn("item", "y", m.float({ null: true }));

/** The tables of `start`, with `item` made by hand of these columns and constraints. */
async function handMade(connection: Connection, parts: readonly string[], options = ""): Promise<Schema> {
  const { schema } = await apply(connection, EMPTY_SCHEMA, start);
  await connection.execute([
    "DROP TABLE item",
    `CREATE TABLE item (${parts.join(", ")})${options}`,
    "INSERT INTO owner VALUES (1)",
    "INSERT INTO item VALUES (1, 'a', 1, 'calm', 1), (2, 'b', NULL, 'wild', NULL)",
  ]);
  return schema;
}

/** `columns` with another one in the place of that of the same name. */
function withColumn(column: string): string[] {
  const name = column.split(" ")[0];
  return columns.map((other) => (other.split(" ")[0] === name ? column : other));
}

async function storedText(connection: Connection): Promise<string> {
  const sql = "SELECT sql FROM sqlite_schema WHERE name IN ('item', 'thing')";
  const [row] = await connection.query<{ sql: string }>(sql);
  return row?.sql ?? "";
}

onlySqlite("a rebuild keeps", (db) => {
  test("STRICT and WITHOUT ROWID, forward and back", async () => {
    const { connection } = await db.create();
    const schema = await handMade(connection, columns, " strict, without /* any */ rowid");
    const { schema: after, changes } = await apply(connection, schema, [rebuilt]);
    expect(await storedText(connection)).toEndWith(") STRICT, WITHOUT ROWID");
    expect(await drift(connection, after)).toEqual([]);
    await run(connection, sqliteDialect.render(inverted(changes)));
    expect(await storedText(connection)).toEndWith(") STRICT, WITHOUT ROWID");
    expect(await drift(connection, schema)).toEqual([]);
    expect(await connection.query("SELECT id, x, y, owner_id FROM item ORDER BY id")).toEqual([
      { id: 1, x: "a", y: 1, owner_id: 1 },
      { id: 2, x: "b", y: null, owner_id: null },
    ]);
  });

  test("them in each of several rebuilds of a table that is renamed on the way", async () => {
    const { connection } = await db.create();
    const schema = await handMade(connection, columns, " STRICT");
    const { schema: after } = await apply(connection, schema, [
      rebuilt,
      m.renameTable("item", "thing"),
      m.renameColumn("thing", "mood", "temper"),
      m.alterEnum("mood", ["calm", "wild", "sad"]),
      m.runSQL("UPDATE thing SET temper = 'sad' WHERE id = 1"),
      m.alterColumn("thing", "y", m.int({ null: true })),
    ]);
    expect(await storedText(connection)).toEndWith(") STRICT");
    expect(await drift(connection, after)).toEqual([]);
    expect(await connection.query("SELECT id, y, temper FROM thing ORDER BY id")).toEqual([
      { id: 1, y: 1, temper: "sad" },
      { id: 2, y: null, temper: "wild" },
    ]);
  });
});

onlySqlite("a rebuild is refused, and nothing has happened,", (db) => {
  const refusal = async (
    parts: readonly string[],
    options?: string,
    operations = [rebuilt] as Operation[],
  ) => {
    const { connection } = await db.create();
    const schema = await handMade(connection, parts, options);
    const rows = () => connection.query("SELECT * FROM item");
    const before = [await storedText(connection), await rows()];
    const message = await apply(connection, schema, operations).then(
      () => "nothing was refused",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    expect([await storedText(connection), await rows()]).toEqual(before);
    return message.replace("table item must be made anew, and has a clause that no migration knows: ", "");
  };

  test("where the table has a clause that no schema has words for", async () => {
    expect(await refusal(withColumn("x text UNIQUE ON CONFLICT REPLACE"))).toBe("ON CONFLICT REPLACE");
    expect(await refusal(withColumn("id integer NOT NULL PRIMARY KEY DESC"))).toBe(
      "a descending primary key",
    );
    expect(await refusal([...columns, "UNIQUE (x COLLATE NOCASE)"])).toBe(
      "a unique constraint with a collation of its own",
    );
  });

  test("where a column has one that no migration has given it", async () => {
    expect(await refusal(withColumn("x text UNIQUE COLLATE NOCASE"))).toBe("COLLATE NOCASE of column x");
    expect(await refusal(withColumn("x text NOT NULL UNIQUE"))).toBe("NOT NULL of column x");
    expect(await refusal(withColumn("y integer DEFAULT 1 CHECK (y > 0)"))).toBe("DEFAULT of column y");
  });

  test("where the table has a constraint that no migration has given it", async () => {
    expect(await refusal([...columns, "CONSTRAINT short CHECK (length(x) < 9)"])).toBe(
      `CONSTRAINT "short" CHECK (length(x) < 9)`,
    );
    expect(await refusal([...columns, "UNIQUE (y, x)"])).toBe(`UNIQUE ("y", "x")`);
    expect(await refusal([...columns, "FOREIGN KEY (y) REFERENCES owner ON DELETE SET NULL"])).toBe(
      `FOREIGN KEY ("y") REFERENCES "owner" ("id") ON DELETE SET NULL`,
    );
    expect(await refusal(withColumn("owner_id integer REFERENCES owner ON DELETE CASCADE"))).toBe(
      `FOREIGN KEY ("owner_id") REFERENCES "owner" ("id") ON DELETE CASCADE`,
    );
    expect(await refusal([...columns, "CHECK (id > 0) UNIQUE (y)"])).toBe(
      `table item must be made anew, and has clauses that no migration knows: UNIQUE ("y"), CONSTRAINT "item_check2" CHECK (id > 0)`,
    );
  });

  test("where the new table cannot have the options of the old one", async () => {
    const wider = m.alterColumn("item", "y", m.bigInt({ null: true }));
    expect(await refusal(columns, " STRICT", [wider])).toBe(
      "table item must be made anew and is STRICT, which column y of type bigint does not allow",
    );
    const counts = m.alterColumn("item", "id", m.int({ autoIncrement: true }));
    expect(await refusal(columns, " WITHOUT ROWID", [counts])).toBe(
      "table item must be made anew and is WITHOUT ROWID, which a key that counts does not allow",
    );
  });

  test("where a migration before it in the same transaction could have gone on", async () => {
    const parts = [...columns, "CHECK (id > 0)"];
    expect(await refusal(parts, "", [m.runSQL("UPDATE item SET x = 'c' WHERE id = 1"), rebuilt])).toContain(
      "CHECK (id > 0)",
    );
  });
});

onlySqlite("a rebuild is not refused", (db) => {
  const accepted = async (parts: readonly string[], ...operations: Operation[]) => {
    const { connection } = await db.create();
    const schema = await handMade(connection, parts);
    const { schema: after } = await apply(connection, schema, operations);
    expect(await drift(connection, after)).toEqual([]);
    expect(await connection.query("SELECT count(*) AS n FROM item")).toEqual([{ n: 2 }]);
  };

  test("where the same is written in other words", async () => {
    await accepted(
      [
        '"ID" INTEGER CONSTRAINT k PRIMARY KEY ON CONFLICT ABORT NOT NULL',
        "[X] text DEFAULT NULL COLLATE binary",
        'y integer CONSTRAINT other CHECK (( "Y">0 ))',
        "mood text NOT NULL DEFAULT 'calm'",
        "owner_id integer",
        "CHECK (`mood` IN ('calm','wild'))",
        "UNIQUE (x)",
        "FOREIGN KEY (OWNER_ID) REFERENCES Owner (Id) MATCH FULL NOT DEFERRABLE",
      ],
      rebuilt,
    );
  });

  test("where the migration itself adds what was made by hand", async () => {
    await accepted(
      [...withColumn("x text UNIQUE COLLATE NOCASE"), "CHECK (length(x) < 9)"],
      m.addConstraint("item", { name: "short", check: "length(x) < 9" }),
      m.alterColumn("item", "x", m.text({ null: true, collation: { postgres: "C", sqlite: "NOCASE" } })),
    );
  });

  test("where what was made by hand goes with its column", async () => {
    await accepted(
      [...withColumn("owner_id integer DEFAULT 1 REFERENCES owner"), "UNIQUE (owner_id)"],
      m.dropConstraint("item", "item_owner_id_fkey"),
      m.dropColumn("item", "owner_id"),
      rebuilt,
    );
  });

  test("where a check names a column that the same migration renames", async () => {
    await accepted(
      columns,
      m.renameColumn("item", "y", "z"),
      m.renameColumn("item", "mood", "temper"),
      m.alterEnum("mood", ["calm", "wild", "sad"]),
    );
  });
});
