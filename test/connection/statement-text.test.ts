import { describe, expect, test } from "bun:test";
import {
  begins,
  commits,
  createsTrigger,
  readStatementText,
  rollsBack,
} from "../../src/connection/statement-text.ts";

describe("readStatementText", () => {
  test.each([
    ["", 0],
    [" ;; -- only a comment; really", 0],
    ["/* a; /* b; */ c; */ -- x", 0],
    ["select 1;", 1],
    ["select ';', 'it''s; ok', \"a;b\" -- ;\n", 1],
    ["select E'\\';' ; select 2", 2],
    ["select '\\'; select 2", 2],
    ["do $$ begin; end; $$; select $tag$ ; $$ ; $tag$", 2],
    ["select a$b$c; select d$b$", 2],
    ["select 'never closed; select 2", 1],
  ])("PostgreSQL: %j has %d statements", (sql, count) => {
    expect(readStatementText(sql, "postgres").count).toBe(count);
  });

  test.each([
    ["/* a /* b */ select 1; select 2", 2],
    ["select `a;b`, [c;d], $1; select 2", 2],
    ["select 'e''; x'", 1],
  ])("SQLite: %j has %d statements", (sql, count) => {
    expect(readStatementText(sql, "sqlite").count).toBe(count);
  });

  test("the opening is found behind comments", () => {
    expect(readStatementText("/* x */ -- y\n COMMIT AND -- z\n CHAIN;", "postgres").opening).toBe(
      "commit and chain",
    );
    expect(readStatementText("(commit)", "postgres").opening).not.toStartWith("commit");
  });

  test.each([
    ["CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END", true],
    ["create /* x */ trigger t", true],
    ["create table trigger_log (a)", false],
  ])("%s creates a trigger: %p", (sql, expected) => {
    expect(createsTrigger(readStatementText(sql, "sqlite"))).toBe(expected);
  });

  test.each([
    ["BEGIN ISOLATION LEVEL SERIALIZABLE", "begins"],
    ["start transaction", "begins"],
    ["Commit;", "commits"],
    ["END", "commits"],
    ["PREPARE TRANSACTION 'x'", "commits"],
    ["ROLLBACK", "rolls back"],
    ["ROLLBACK WORK", "rolls back"],
    ["ABORT", "rolls back"],
    ["ROLLBACK TO SAVEPOINT a", ""],
    ["ROLLBACK WORK TO a", ""],
    ["PREPARE plan AS SELECT 1", ""],
    ["ENDING", ""],
    ["SAVEPOINT a", ""],
  ])("what %s does to a transaction", (sql, expected) => {
    const text = readStatementText(sql, "postgres");
    const found = [begins(text) && "begins", commits(text) && "commits", rollsBack(text) && "rolls back"];
    expect(found.filter(Boolean).join()).toBe(expected);
  });
});
