import { expect, test } from "bun:test";
import { postgresDialect as dialect } from "../../../src/dialects/postgres/dialect.ts";
import { SchemaError } from "../../../src/errors.ts";
import { tablesByName } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";

onlyPostgres("PostgreSQL's introspection", (db) => {
  test("an empty database", async () => {
    const { connection } = await db.create();
    const schema = await dialect.introspect(connection);
    expect([schema.tables.size, schema.enums.size]).toEqual([0, 0]);
  });

  test("everything in the order of the catalog", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TYPE mood AS ENUM ('b', 'a')",
      "ALTER TYPE mood ADD VALUE 'first' BEFORE 'b'",
      `CREATE TABLE parent (x int, "Y" bigint GENERATED ALWAYS AS IDENTITY, gone int, z mood DEFAULT 'a', PRIMARY KEY ("Y", x))`,
      "ALTER TABLE parent DROP COLUMN gone",
      `CREATE TABLE child (a int UNIQUE, b bigint, CHECK (a > 1),
        FOREIGN KEY (b, a) REFERENCES parent ("Y", x) ON DELETE SET NULL ON UPDATE CASCADE)`,
      "COMMENT ON COLUMN child.a IS 'it''s'",
      "COMMENT ON TABLE child IS 'kids'",
      "CREATE UNIQUE INDEX child_b_a ON child (b, a)",
    ]);
    const schema = await dialect.introspect(connection);
    expect(schema.enums.get("mood")?.values).toEqual(["first", "b", "a"]);
    expect(tablesByName(schema)).toEqual([
      {
        name: "child",
        columns: [
          { name: "a", type: { kind: "int" }, nullable: true, comment: "it's" },
          { name: "b", type: { kind: "bigInt" }, nullable: true },
        ],
        primaryKey: [],
        uniques: [{ kind: "unique", name: "child_a_key", columns: ["a"] }],
        checks: [{ kind: "check", name: "child_a_check", expression: "(a > 1)" }],
        foreignKeys: [
          {
            kind: "foreignKey",
            name: "child_b_a_fkey",
            columns: ["b", "a"],
            references: { table: "parent", columns: ["Y", "x"] },
            onDelete: "setNull",
            onUpdate: "cascade",
          },
        ],
        indexes: [{ name: "child_b_a", columns: ["b", "a"], unique: true }],
        comment: "kids",
      },
      {
        name: "parent",
        columns: [
          { name: "x", type: { kind: "int" }, nullable: false },
          { name: "Y", type: { kind: "bigInt" }, nullable: false, autoIncrement: true },
          {
            name: "z",
            type: { kind: "enum", name: "mood" },
            nullable: true,
            default: { expression: "'a'::mood" },
          },
        ],
        primaryKey: ["Y", "x"],
        uniques: [],
        checks: [],
        foreignKeys: [],
        indexes: [],
      },
    ]);
  });

  test("indexes with all that they can have", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE t (a int, b text, c jsonb)",
      "CREATE INDEX expressions ON t (lower(b), (a + 1) DESC, ((a)))",
      "CREATE INDEX part ON t (a) WHERE a > 1",
      "CREATE INDEX hashed ON t USING hash (a)",
      "CREATE INDEX inverted ON t USING gin (c jsonb_path_ops)",
      "CREATE INDEX ordered ON t (a DESC, b NULLS FIRST, c DESC NULLS LAST)",
      'CREATE INDEX sorted ON t (b text_pattern_ops, b COLLATE "C" DESC)',
      "CREATE UNIQUE INDEX covering ON t (a) INCLUDE (b, c)",
    ]);
    const { tables } = await dialect.introspect(connection);
    expect(tables.get("t")?.indexes).toEqual([
      { name: "covering", columns: ["a"], unique: true, include: ["b", "c"] },
      {
        name: "expressions",
        columns: [{ expression: "lower(b)" }, { expression: "(a + 1)", order: "desc" }, "a"],
        unique: false,
      },
      { name: "hashed", columns: ["a"], unique: false, method: "hash" },
      {
        name: "inverted",
        columns: [{ column: "c", opclass: "jsonb_path_ops" }],
        unique: false,
        method: "gin",
      },
      {
        name: "ordered",
        columns: [
          { column: "a", order: "desc" },
          { column: "b", nulls: "first" },
          { column: "c", order: "desc", nulls: "last" },
        ],
        unique: false,
      },
      { name: "part", columns: ["a"], unique: false, where: "(a > 1)" },
      {
        name: "sorted",
        columns: [
          { column: "b", opclass: "text_pattern_ops" },
          { expression: 'b COLLATE "C"', order: "desc" },
        ],
        unique: false,
      },
    ]);
  });

  test("when constraints are checked, and whether NULLs are distinct", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE t (a int PRIMARY KEY, b int, c int)",
      "ALTER TABLE t ADD CONSTRAINT u1 UNIQUE NULLS NOT DISTINCT (b) DEFERRABLE",
      "ALTER TABLE t ADD CONSTRAINT u2 UNIQUE (c) DEFERRABLE INITIALLY DEFERRED",
      "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES t (a) INITIALLY DEFERRED",
    ]);
    const table = (await dialect.introspect(connection)).tables.get("t");
    expect(table?.uniques).toEqual([
      { kind: "unique", name: "u1", columns: ["b"], deferrable: "immediate", nullsNotDistinct: true },
      { kind: "unique", name: "u2", columns: ["c"], deferrable: "deferred" },
    ]);
    expect(table?.foreignKeys[0]?.deferrable).toBe("deferred");
  });

  test("what a schema has no words for is left out", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE TABLE orm_migrations (id int)",
      "CREATE TABLE t (a int, b text, EXCLUDE USING gist (int4range(a, a) WITH &&))",
      "CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT",
      "CREATE VIEW v AS SELECT a FROM t",
      "CREATE SEQUENCE s",
      "CREATE SCHEMA other",
      "CREATE TABLE other.u (a point)",
      "CREATE TYPE other.e AS ENUM ('x')",
    ]);
    const schema = await dialect.introspect(connection);
    expect(tablesByName(schema).map(({ name, indexes }) => ({ name, indexes }))).toEqual([
      { name: "t", indexes: [] },
    ]);
    expect(schema.enums.size).toBe(0);
  });

  test("the first schema of the search path", async () => {
    const { connection } = await db.create();
    await connection.execute([
      `CREATE SCHEMA "Other One"`,
      "CREATE TABLE public.a (a int)",
      `CREATE TABLE "Other One".b (a int)`,
      `SET search_path = "Other One", public`,
    ]);
    expect(tablesByName(await dialect.introspect(connection)).map(({ name }) => name)).toEqual(["b"]);
  });

  test("types without a field by PostgreSQL's own names", async () => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE SCHEMA other",
      "CREATE TYPE other.e AS ENUM ('x')",
      "CREATE DOMAIN year AS int",
      "CREATE EXTENSION citext",
      `CREATE TABLE t (a json[], b timestamp, c timestamptz (3), d numeric, e varchar, f other.e, g year, h citext[], i "char")`,
    ]);
    const schema = await dialect.introspect(connection);
    expect(schema.extensions).toEqual(["citext"]);
    expect(schema.tables.get("t")?.columns.map(({ type }) => type)).toEqual(
      [
        ...["json[]", "timestamp without time zone", "timestamp(3) with time zone", "numeric"],
        ...["character varying", "other.e", "year", "citext[]", '"char"'],
      ].map((type) => ({ kind: "raw", type })),
    );
  });

  test.each([
    [
      "a int REFERENCES other.u",
      "foreign key t_a_fkey of table t refers to other.u, a table of another schema",
    ],
  ])("%s is refused", async (definition, message) => {
    const { connection } = await db.create();
    await connection.execute([
      "CREATE SCHEMA other",
      "CREATE TABLE other.u (a int PRIMARY KEY)",
      `CREATE TABLE t (${definition})`,
    ]);
    const error = await dialect.introspect(connection).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(SchemaError);
    expect(error.message).toContain(message);
    expect(error.hint).toBeString();
  });
});
