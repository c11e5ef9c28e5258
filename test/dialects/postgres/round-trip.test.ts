import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { postgresDialect as dialect } from "../../../src/dialects/postgres/dialect.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import { applyOperation, invertOperation } from "../../../src/operations/handlers.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { compareSchemas } from "../../../src/schema/compare.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { migrate } from "../../support/migrating.ts";

async function apply(
  connection: Connection,
  operations: readonly Operation[],
  schema: Schema,
): Promise<Schema> {
  let after = schema;
  const changes = operations.map((operation) => {
    const before = after;
    after = applyOperation(operation, before);
    return { operation, before, after };
  });
  await migrate(connection, changes);
  return after;
}

async function differences(connection: Connection, schema: Schema) {
  const expected = await dialect.canonicalize(dialect.normalize(schema), connection);
  return compareSchemas(await dialect.introspect(connection), expected);
}

/** Applies the operations one by one, then reverts them, and compares the database with the state each time. */
async function thereAndBack(
  connection: Connection,
  given: readonly Operation[],
  operations: readonly Operation[],
) {
  let schema = await apply(connection, given, EMPTY_SCHEMA);
  expect(await differences(connection, schema)).toEqual([]);
  const way: { before: Schema; operation: Operation }[] = [];
  for (const operation of operations) {
    way.push({ before: schema, operation });
    schema = await apply(connection, [operation], schema);
    expect({ after: operation, differences: await differences(connection, schema) }).toEqual({
      after: operation,
      differences: [],
    });
  }
  for (const { before, operation } of way.reverse()) {
    const inverse = invertOperation(operation, before);
    if (inverse === undefined) throw new Error(`${operation.kind} has no inverse`);
    schema = await apply(connection, [inverse], schema);
    expect(compareSchemas(schema, before)).toEqual([]);
    expect({ back: operation, differences: await differences(connection, schema) }).toEqual({
      back: operation,
      differences: [],
    });
  }
  return schema;
}

const mood = m.createEnum("mood", ["sad", "ok", "it's \\ fine"]);
const team = m.createTable("team", { id: m.int({ pk: true }), name: m.char({ maxLength: 40 }) });
const everything = m.createTable(
  "everything",
  {
    id: m.bigInt({ pk: true }),
    small: m.smallInt({ default: -3 }),
    whole: m.int({ null: true, default: null }),
    ratio: m.float({ default: -1.5e-7 }),
    price: m.decimal({ maxDigits: 10, decimalPlaces: 2, default: "0.10" }),
    label: m.char({ maxLength: 20, default: 'it\'s \\ a "label"' }),
    empty: m.char({ maxLength: 20, null: true, default: null }),
    body: m.text({ default: "", comment: "it's \\ long" }),
    bytes: m.binary({ default: "00ff" }),
    flag: m.boolean({ default: false }),
    made: m.datetime({ default: m.sql({ postgres: "CURRENT_TIMESTAMP", sqlite: "CURRENT_TIMESTAMP" }) }),
    moment: m.datetime({ default: "2024-02-29T12:00:00.123Z" }),
    day: m.date({ default: "2024-02-29" }),
    hour: m.time({ default: "12:30:00" }),
    length: m.duration({ default: 90_061_001 }),
    key: m.uuid({ default: m.sql({ postgres: "gen_random_uuid()", sqlite: "'x'" }) }),
    data: m.json({ default: { a: ["'", 1, null] } }),
    mood: m.enum("mood", { default: "it's \\ fine" }),
    mood2: m.enum("mood", { null: true, default: m.sql("'ok'::mood") }),
    computed: m.int({ default: m.sql("1 + 2 * 3") }),
    choice: m.boolean({ default: m.sql("1 IN (1, 2) OR NOT true") }),
    team_id: m.int({ null: true, references: { table: "team", column: "id", onDelete: "cascade" } }),
    parent: m.bigInt({ null: true, references: { table: "everything", column: "id", onUpdate: "setNull" } }),
  },
  {
    comment: "all of it",
    uniques: [{ columns: ["label", "day"] }, { name: "own_name", columns: ["small"] }],
    checks: [
      { name: "small_check", expression: "small != 5 AND price >= 0" },
      { name: "mood_check", expression: "mood IN ('sad', 'ok', 'it''s \\ fine') or label like 'a%' -- why" },
    ],
    indexes: [
      { columns: ["day", "hour"] },
      { columns: ["key"], unique: true },
      { name: "mine", columns: ["small"] },
    ],
  },
);

onlyPostgres("PostgreSQL, there and back", (db) => {
  test("a schema with everything", async () => {
    const { connection } = await db.create();
    const schema = await apply(connection, [mood, team, everything], EMPTY_SCHEMA);
    expect(await differences(connection, schema)).toEqual([]);
    await connection.execute(["INSERT INTO everything DEFAULT VALUES"]);
    const [row] = await connection.query(
      `SELECT id::int, label, length::text, bytes::text, mood::text, data::text, moment AT TIME ZONE 'UTC' = '2024-02-29 12:00:00.123' AS moment FROM everything`,
    );
    expect({ ...row }).toEqual({
      id: 1,
      label: 'it\'s \\ a "label"',
      length: "25:01:01.001",
      bytes: "\\x00ff",
      mood: "it's \\ fine",
      data: `{"a": ["'", 1, null]}`,
      moment: true,
    });
  });

  test("every operation", async () => {
    const { connection } = await db.create();
    const t = "everything";
    await thereAndBack(
      connection,
      [mood, team],
      [
        everything,
        m.addColumn("team", "slug", m.char({ maxLength: 9, default: "s", unique: true, comment: "c" })),
        m.addColumn("team", "boss", m.int({ null: true, references: { table: "team", column: "id" } })),
        m.addColumn("team", "size", m.int({ default: 2 }), { fill: 1 }),
        m.addColumn("team", "note", m.char({ maxLength: 9 }), { fill: "n" }),
        m.addColumn("team", "upper", m.text(), { fill: m.sql("upper(name)") }),
        m.renameTable(t, "all things"),
        m.renameColumn("all things", "small", "Small One"),
        m.renameColumn("all things", "day", "order"),
        m.alterColumn("all things", "whole", m.int({ default: 7 }), { fill: 0 }),
        m.alterColumn("all things", "price", m.float({ null: true, comment: "was exact" })),
        m.alterColumn("all things", "label", m.text({ default: "x" })),
        m.alterColumn("all things", "mood", m.text({ default: "sad" })),
        m.alterColumn("all things", "id", m.bigInt()),
        m.alterColumn("all things", "flag", m.int({ default: 1 })),
        m.createIndex("team", ["name", "slug"]),
        m.renameIndex("team", "team_name_slug_idx", "team_index"),
        m.dropIndex("all things", "mine"),
        m.addConstraint("team", { check: "length(name) > 0", name: "team_check" }),
        m.addConstraint("team", { unique: ["name", "slug"] }),
        m.dropConstraint("all things", "own_name"),
        m.dropConstraint("all things", "all things_team_id_fkey"),
        m.dropConstraint("all things", "all things_parent_fkey"),
        m.dropConstraint("all things", "all things_pkey"),
        m.addConstraint("all things", { primaryKey: ["id", "Small One"] }),
        m.addConstraint("all things", {
          foreignKey: ["team_id"],
          references: { table: "team", columns: ["id"] },
          onDelete: "setDefault",
          onUpdate: "restrict",
        }),
        m.alterEnum("mood", ["first", "sad", "between", "ok", "it's \\ fine", "last"]),
        m.alterEnum("mood", ["last", "ok", "it's \\ fine"]),
        m.createEnum("spare", ["x"]),
        m.alterComment("all things", "it's \\ new"),
        m.alterComment("all things"),
        m.dropColumn("all things", "team_id"),
        m.dropTable("all things"),
        m.dropEnum("spare"),
      ],
    );
  });

  test("hostile and long identifiers", async () => {
    const { connection } = await db.create();
    const names = [
      `"; DROP TABLE x; --`,
      "select",
      "with space",
      "back\\slash 'quote'",
      "Größe 表 😀",
      "l".repeat(70),
      "表".repeat(30),
      "$1 ? :a %s $$",
    ];
    const operations = names.flatMap((name, at) => [
      m.createEnum(`${name} e`, [name.slice(0, 10), "x"]),
      m.createTable(
        name,
        [
          [name, m.int({ pk: true, comment: name })],
          [`${name} e`, m.enum(`${name} e`, { default: "x", unique: true })],
          [`${name} f`, m.int({ null: true, references: { table: names[0] ?? "", column: names[0] ?? "" } })],
        ],
        {
          indexes: [{ columns: [`${name} e`, name] }],
          checks: [{ name: `${name} c`, expression: `${at} = ${at}` }],
        },
      ),
    ]);
    const [first, ...rest] = names;
    const long = "n".repeat(80);
    await thereAndBack(connection, operations, [
      ...rest.map((name) => m.renameColumn(name, `${name} f`, `${name} renamed ${long}`)),
      ...rest.map((name) => m.alterEnum(`${name} e`, ["x"])),
      ...rest.map((name) => m.renameTable(name, `${name} renamed ${long}`)),
      m.alterColumn(first ?? "", first ?? "", m.int()),
    ]);
  });

  test("rows survive", async () => {
    const { connection } = await db.create();
    const given = [
      mood,
      m.createTable("t", {
        id: m.int({ pk: true, autoIncrement: false }),
        a: m.text(),
        n: m.int({ null: true }),
        m: m.enum("mood"),
      }),
    ];
    let schema = await apply(connection, given, EMPTY_SCHEMA);
    await connection.execute(["INSERT INTO t VALUES (-2, '12', NULL, 'ok'), (41, 'longer', 1, 'sad')"]);
    const counting = {
      kind: "alterColumn",
      table: "t",
      column: { name: "id", type: { kind: "bigInt" }, nullable: false, autoIncrement: true },
    } as const;
    const run = async (...operations: Operation[]) => {
      schema = await apply(connection, operations, schema);
      expect(await differences(connection, schema)).toEqual([]);
    };
    const rows = async (columns: string) =>
      (await connection.query(`SELECT ${columns} FROM t ORDER BY id`)).map((row) => ({ ...row }));
    await run(counting, m.addColumn("t", "b", m.text({ default: "own" }), { fill: m.sql("a || '!'") }));
    await connection.execute(["INSERT INTO t (a, m) VALUES ('new', 'ok')"]);
    expect(await rows("id::int, b")).toEqual([
      { id: -2, b: "12!" },
      { id: 41, b: "longer!" },
      { id: 42, b: "own" },
    ]);

    await run(m.alterColumn("t", "n", m.boolean(), { fill: true }));
    expect(await rows("n")).toEqual([{ n: true }, { n: true }, { n: true }]);
    await run(m.alterColumn("t", "n", m.bigInt()));
    expect(await rows("n::int")).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);

    // Texts that are too long make it fail; they are not cut.
    await expect(
      apply(connection, [m.alterColumn("t", "a", m.char({ maxLength: 3 }))], schema),
    ).rejects.toThrow('column t.a holds values that are no varchar(3): "longer"');
    await connection.execute(["ROLLBACK"]);
    await run(m.alterColumn("t", "a", m.int(), { using: "length(a)" }));
    expect(await rows("a")).toEqual([{ a: 2 }, { a: 6 }, { a: 3 }]);

    // A value in use cannot be removed, an added one can be used at once.
    await expect(apply(connection, [m.alterEnum("mood", ["ok"])], schema)).rejects.toThrow("sad");
    await connection.execute(["ROLLBACK"]);
    await run(m.alterEnum("mood", ["sad", "ok", "new"]), m.runSQL("UPDATE t SET m = 'new' WHERE m = 'sad'"));
    await run(m.alterEnum("mood", ["new", "ok"]));
    expect(await rows("m::text")).toEqual([{ m: "ok" }, { m: "new" }, { m: "ok" }]);
  });
});
