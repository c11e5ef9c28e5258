import { expect, test } from "bun:test";
import { fields } from "../../src/models/fields.ts";
import {
  attributeName,
  columnName,
  identifierProblem,
  isIdentifier,
  snakeCase,
  tableName,
} from "../../src/models/names.ts";
import { nearest, suggest } from "../../src/nearest.ts";

test.each([
  ["BlogPost", "blog_post"],
  ["HTTPServer", "http_server"],
  ["createdAt", "created_at"],
  ["created_at", "created_at"],
  ["userID", "user_id"],
  ["oauth2Token", "oauth2_token"],
  ["SHA256Hash", "sha256_hash"],
  ["address2", "address2"],
  ["_private", "_private"],
  ["ÜberName", "über_name"],
  ["éÉa", "é_éa"],
  ["X", "x"],
])("%s is %s in a database", (name, expected) => {
  expect(snakeCase(name)).toBe(expected);
});

test("tables and columns are shortened to what a database keeps", () => {
  const long = `a${"b".repeat(80)}`;
  expect(Buffer.byteLength(tableName({ name: long, options: {} }))).toBe(63);
  expect(Buffer.byteLength(columnName("x", fields.text({ dbColumn: long })))).toBe(63);
  expect(tableName({ name: long, options: {} })).not.toBe(tableName({ name: `${long}c`, options: {} }));
});

test("a foreign key is an id in rows and in the table", () => {
  const author = fields.foreignKey("User");
  expect(attributeName("author", author)).toBe("authorId");
  expect(columnName("leadAuthor", author)).toBe("lead_author_id");
  expect(columnName("author", fields.foreignKey("User", { dbColumn: "written_by" }))).toBe("written_by");
});

test("identifiers", () => {
  for (const name of ["a", "_a", "$a", "aB1", "ä", "名"]) expect(isIdentifier(name)).toBe(true);
  for (const name of ["", "1a", "a b", "a-b", 'a"', "a.b", "a\n"]) expect(isIdentifier(name)).toBe(false);
  expect(identifierProblem('a "b"; drop')).toBeUndefined();
  expect(identifierProblem("")).toBe("is empty");
  expect(identifierProblem("a\0b")).toContain("NUL");
  expect(identifierProblem("a\ud800")).toContain("surrogate");
  expect(identifierProblem(7)).toBe("is not text");
});

test("the nearest name is suggested, an unlike one is not", () => {
  expect(nearest("Usr", ["Post", "User"])).toBe("User");
  expect(nearest("user", ["Post", "User"])).toBe("User");
  expect(nearest("Category", ["Post", "User"])).toBeUndefined();
  expect(nearest("ab", ["xy"])).toBeUndefined();
  expect(suggest("Usr", ["User"])).toBe('Did you mean "User"?');
  expect(suggest("Category", ["Post", "User"])).toBe("Known: Post, User.");
  expect(suggest("Category", [])).toBe("There are none.");
  const many = Array.from({ length: 20 }, (_, index) => `Model${index}`);
  expect(suggest("Category", many)).toEndWith("Model11 and 8 more.");
});
