import { expect, test } from "bun:test";
import { hidePasswords } from "../../src/schema/hide-passwords.ts";

const HIDDEN: readonly (readonly [sql: string, shown: string])[] = [
  ["CREATE ROLE a LOGIN PASSWORD 's3cret'", "CREATE ROLE a LOGIN PASSWORD '***'"],
  [
    "alter role a encrypted password 'it''s' valid until 'x'",
    "alter role a encrypted password '***' valid until 'x'",
  ],
  ["ALTER ROLE a PASSWORD E's3cret'", "ALTER ROLE a PASSWORD '***'"],
  [
    "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password 's3cret')",
    "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password '***')",
  ],
  ["SELECT dblink('host=h password=s3cret dbname=d')", "SELECT dblink('host=h password=*** dbname=d')"],
  [
    "CREATE SUBSCRIPTION s CONNECTION 'postgresql://a:s3cret@h/d' PUBLICATION p",
    "CREATE SUBSCRIPTION s CONNECTION 'postgresql://a:***@h/d' PUBLICATION p",
  ],
];

for (const [sql, shown] of HIDDEN) {
  test(sql, () => expect(hidePasswords(sql)).toBe(shown));
}

test("other SQL stays as it is", () => {
  for (const sql of [
    "CREATE TABLE u (password text NOT NULL DEFAULT 'x')",
    "UPDATE u SET name = 'a:b@c'",
    "SELECT 'https://example.org/a@b'",
    "ALTER ROLE a PASSWORD NULL",
  ]) {
    expect(hidePasswords(sql)).toBe(sql);
  }
});
