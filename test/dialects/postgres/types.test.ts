import { expect, test } from "bun:test";
import { castExpression, parseType, typeName } from "../../../src/dialects/postgres/types.ts";
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
  for (const from of types)
    expect(castExpression("c", from, { kind: "char", maxLength: 1 }, quote)).toBeUndefined();
});
