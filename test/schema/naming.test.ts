import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_IDENTIFIER_BYTES, shorten } from "../../src/schema/identifier.ts";
import { constraintName, constraintsOf, indexName } from "../../src/schema/naming.ts";
import type { Table } from "../../src/schema/table.ts";
import { check } from "../support/runs.ts";

const bytes = (text: string) => Buffer.byteLength(text, "utf8");

describe("shorten", () => {
  test("leaves a name of 63 bytes as it is and cuts one of 64", () => {
    expect(shorten("x".repeat(63))).toBe("x".repeat(63));
    expect(shorten("x".repeat(64))).not.toBe("x".repeat(64));
    expect(bytes(shorten("x".repeat(64)))).toBe(63);
  });

  test("counts bytes, not characters", () => {
    expect(shorten("ü".repeat(31))).toBe("ü".repeat(31));
    expect(shorten("ü".repeat(32))).not.toBe("ü".repeat(32));
  });

  test("is the same on every machine and in every version", () => {
    const name = "a_table_with_a_very_long_name_and_a_column_with_a_very_long_name_key";
    expect(shorten(name)).toMatchInlineSnapshot(
      `"a_table_with_a_very_long_name_and_a_column_with_a_ve_4061e060ec"`,
    );
  });

  test("tells names apart that begin alike", () => {
    const names = Array.from({ length: 2000 }, (_, number) => `${"prefix_".repeat(10)}${number}`);
    expect(new Set(names.map(shorten)).size).toBe(names.length);
  });

  test("never ends inside a character, never gets longer, and shortening again changes nothing", () => {
    const characters = fc.constantFrom("a", "_", "ü", "表", "😀", "\u0301");
    check(fc.array(characters, { minLength: 1, maxLength: 90, size: "max" }), (parts) => {
      const name = parts.join("");
      const short = shorten(name);
      expect(bytes(short)).toBeLessThanOrEqual(MAX_IDENTIFIER_BYTES);
      expect(short).not.toContain("\uFFFD");
      expect(shorten(short)).toBe(short);
      if (short !== name) expect(name.startsWith(short.slice(0, -11))).toBe(true);
    });
  });
});

describe("derived names", () => {
  const columns = ["author_id", "created_at"];

  test("follow PostgreSQL's convention", () => {
    const references = { table: "user", columns: ["id", "at"] };
    const actions = { onDelete: "noAction", onUpdate: "noAction" } as const;
    expect(constraintName("post", { kind: "primaryKey", columns })).toBe("post_pkey");
    expect(constraintName("post", { kind: "unique", columns })).toBe("post_author_id_created_at_key");
    expect(constraintName("post", { kind: "foreignKey", columns, references, ...actions })).toBe(
      "post_author_id_created_at_fkey",
    );
    expect(indexName("post", { columns, unique: false })).toBe("post_author_id_created_at_idx");
    expect(indexName("post", { columns, unique: true })).toBe("post_author_id_created_at_uniq");
  });

  test("give way to a name of the user's", () => {
    expect(constraintName("post", { kind: "unique", columns, name: "mine" })).toBe("mine");
    expect(indexName("post", { columns, unique: true, name: "mine" })).toBe("mine");
  });

  test("are shortened", () => {
    const long = ["c".repeat(40), "d".repeat(40)];
    expect(bytes(constraintName("post", { kind: "unique", columns: long }))).toBe(63);
    expect(bytes(indexName("post", { columns: long, unique: false }))).toBe(63);
    expect(bytes(constraintName("t".repeat(80), { kind: "primaryKey", columns }))).toBe(63);
  });
});

test("the constraints of a table begin with its primary key, where it has one", () => {
  const table: Table = {
    name: "t",
    columns: [{ name: "id", type: { kind: "int" }, nullable: false }],
    primaryKey: ["id"],
    foreignKeys: [],
    uniques: [{ kind: "unique", columns: ["id"] }],
    checks: [{ kind: "check", name: "positive", expression: "id > 0" }],
    indexes: [],
  };
  expect(constraintsOf(table).map(({ kind }) => kind)).toEqual(["primaryKey", "unique", "check"]);
  expect(constraintsOf({ ...table, primaryKey: [] }).map(({ kind }) => kind)).toEqual(["unique", "check"]);
});
