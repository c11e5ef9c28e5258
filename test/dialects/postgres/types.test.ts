import { expect, test } from "bun:test";
import { castExpression } from "../../../src/dialects/postgres/cast.ts";
import { parseType, typeName } from "../../../src/dialects/postgres/types.ts";
import type { ColumnType } from "../../../src/schema/column-type.ts";
import { onlyPostgres } from "../../support/databases.ts";

const quote = (name: string) => `"${name}"`;
const plain = (
  [
    "smallInt",
    "int",
    "bigInt",
    "float",
    "text",
    "binary",
    "boolean",
    "datetime",
    "date",
    "time",
    "duration",
    "uuid",
    "json",
  ] as const
).map((kind): ColumnType => ({ kind }));
const types: readonly ColumnType[] = [
  ...plain,
  { kind: "decimal", maxDigits: 10, decimalPlaces: 2 },
  { kind: "char", maxLength: 36 },
  { kind: "enum", name: "mood" },
  { kind: "enum", name: "other" },
];
const groups: readonly (readonly ColumnType["kind"][])[] = [
  ["smallInt", "int", "bigInt", "float", "decimal", "boolean", "enum", "text", "char"],
  ["date", "datetime", "text", "char"],
  ["time", "duration", "text", "char"],
];

onlyPostgres("PostgreSQL's types", (db) => {
  test("format_type is read back", async () => {
    const { connection } = await db.create();
    const known = types.filter(({ kind }) => kind !== "enum");
    const columns = known.map((type, at) => `c${at} ${typeName(type, quote)}`);
    await connection.execute([`CREATE TABLE t (${columns.join(", ")})`]);
    const rows = await connection.query<{ type: string }>(
      "SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum",
    );
    expect(rows.map(({ type }) => parseType(type))).toEqual(known);
  });

  test("a column without values changes between any types, and an unrelated value is refused", async () => {
    const { connection } = await db.create();
    await connection.execute(["CREATE TYPE mood AS ENUM ('a')", "CREATE TYPE other AS ENUM ('a')"]);
    for (const from of types) {
      const columns = types.map((_, at) => `c${at} ${typeName(from, quote)}`);
      const changes = types.map((to, at) => {
        const using = castExpression(`c${at}`, from, to, quote);
        return `ALTER c${at} TYPE ${typeName(to, quote)}${using === undefined ? "" : ` USING ${using}`}`;
      });
      await connection.execute([
        `CREATE TEMPORARY TABLE t (${columns.join(", ")})`,
        "INSERT INTO t DEFAULT VALUES",
        `ALTER TABLE t ${changes.join(", ")}`,
        "DROP TABLE t",
      ]);
    }
    for (const to of ["uuid", "date", "datetime", "time", "binary"] as const) {
      const using = castExpression("c", { kind: "int" }, { kind: to }, quote);
      await connection.execute(["CREATE TEMPORARY TABLE u (c integer)", "INSERT INTO u VALUES (20260101)"]);
      const change = connection.execute([
        `ALTER TABLE u ALTER c TYPE ${typeName({ kind: to }, quote)} USING ${using}`,
      ]);
      await expect(change).rejects.toThrow("invalid input syntax");
      await connection.execute(["DROP TABLE u"]);
    }
    for (const from of ["text", "char", "enum"] as const) {
      const type = types.find(({ kind }) => kind === from) ?? { kind: "text" };
      const using = castExpression("c", type, { kind: "binary" }, quote);
      await connection.execute([
        `CREATE TEMPORARY TABLE u (c ${typeName(type, quote)})`,
        "INSERT INTO u VALUES ('a')",
      ]);
      const change = connection.execute([`ALTER TABLE u ALTER c TYPE bytea USING ${using}`]);
      await expect(change).rejects.toThrow("invalid input syntax");
      await connection.execute(["DROP TABLE u"]);
    }
  });

  test.each(["bigInt", "text"] as const)(
    "a %s and a length of time are the same milliseconds",
    async (kind) => {
      const { connection } = await db.create();
      const there = castExpression("c", { kind }, { kind: "duration" }, quote);
      const back = castExpression("c", { kind: "duration" }, { kind }, quote);
      const name = typeName({ kind }, quote);
      const given = ["86400001", "-5", "9007199254740993", null];
      await connection.execute([
        `CREATE TEMPORARY TABLE t (c ${name})`,
        `INSERT INTO t VALUES ${given.map((value) => `(${value && `'${value}'`})`).join(", ")}`,
        `ALTER TABLE t ALTER c TYPE interval USING ${there}`,
      ]);
      expect(await connection.query("SELECT c::text FROM t")).toEqual([
        { c: "24:00:00.001" },
        { c: "-00:00:00.005" },
        { c: "2501999792:59:00.993" },
        { c: null },
      ]);
      await connection.execute([`ALTER TABLE t ALTER c TYPE ${name} USING ${back}`]);
      expect(await connection.query("SELECT c::text FROM t")).toEqual(given.map((c) => ({ c })));
    },
  );

  test("an interval that is no number of milliseconds is the same one after it was text", async () => {
    const { connection } = await db.create();
    const there = castExpression("c", { kind: "duration" }, { kind: "text" }, quote);
    const back = castExpression("c", { kind: "text" }, { kind: "duration" }, quote);
    const given = ["1 mon", "1 day", "-1 days +24:00:00", "00:00:00.0015"];
    await connection.execute([
      "CREATE TEMPORARY TABLE t (c interval)",
      `INSERT INTO t VALUES ${given.map((value) => `('${value}')`).join(", ")}`,
      `ALTER TABLE t ALTER c TYPE text USING ${there}`,
    ]);
    expect(await connection.query("SELECT c FROM t")).toEqual(given.map((c) => ({ c })));
    await connection.execute([`ALTER TABLE t ALTER c TYPE interval USING ${back}`]);
    expect(await connection.query("SELECT c::text FROM t")).toEqual(given.map((c) => ({ c })));
  });

  test("a column changes between related types, and back", async () => {
    const { connection } = await db.create();
    const pairs = types.flatMap((from) =>
      types
        .filter((to) => groups.some((group) => group.includes(from.kind) && group.includes(to.kind)))
        .map((to) => ({ from, to })),
    );
    const statements = pairs.flatMap(({ from, to }, at) => {
      const using = castExpression("c", from, to, quote);
      return [
        `CREATE TEMPORARY TABLE t${at} (c ${typeName(from, quote)})`,
        `ALTER TABLE t${at} ALTER c TYPE ${typeName(to, quote)}${using === undefined ? "" : ` USING ${using}`}`,
      ];
    });
    expect(pairs.length).toBeGreaterThan(100);
    await connection.execute([
      "CREATE TYPE mood AS ENUM ('a')",
      "CREATE TYPE other AS ENUM ('a')",
      "BEGIN",
      ...statements,
      "ROLLBACK",
    ]);
  });
});

test("no explicit cast cuts a text", () => {
  for (const from of types.filter(({ kind }) => kind !== "duration"))
    expect(castExpression("c", from, { kind: "char", maxLength: 1 }, quote)).toBeUndefined();
});

test("a value of an enum becomes what its text would", () => {
  for (const to of plain.filter(({ kind }) => kind !== "text")) {
    const ofText = castExpression("c::text", { kind: "text" }, to, quote);
    expect(castExpression("c", { kind: "enum", name: "mood" }, to, quote)).toBe(ofText);
  }
});
