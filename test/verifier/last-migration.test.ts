import { expect, test } from "bun:test";
import { CheckFailedError } from "../../src/errors.ts";
import { migrations as m } from "../../src/index.ts";
import type { Migration } from "../../src/migrations/migration.ts";
import type { Operation } from "../../src/operations/types.ts";
import { Verification } from "../../src/verifier/verification.ts";
import { bound } from "../support/bound-connection.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { rejection } from "../support/rejection.ts";

const table = m.createTable(
  "author",
  { id: m.int({ pk: true }), name: m.text() },
  { indexes: [{ columns: ["name"] }] },
);

describeDatabases("the last migration", (db) => {
  /** A database on which only `before` was made, and what is sent to it from then on. */
  async function prepare(before: readonly Operation[], change = (statement: string) => statement) {
    const { connection } = await db.create();
    const sent: string[] = [];
    const heard = bound(connection, {
      execute: (statements) => {
        sent.push(...statements);
        return connection.execute(statements.map(change));
      },
    });
    const verification = new Verification({ connection: heard, dialect: dialectFor(db.name) });
    if (before.length > 0) await verification.skip(migration("0001_before", before));
    sent.length = 0;
    return { verification, sent };
  }

  test("goes forward again where that says something that is not known", async () => {
    const made = await prepare([]);
    expect(await made.verification.verify(migration("0001_author", [table]), { isLast: true })).toEqual({
      name: "0001_author",
      outcome: "reversible",
      notes: [],
    });
    // Of SQLite all objects can be compared as they are stored.
    expect(count(made.sent, /^CREATE INDEX/)).toBe(db.name === "sqlite" ? 1 : 2);
    expect(count(made.sent, /^DROP TABLE/)).toBe(1);

    const added = await prepare([table]);
    const index = m.createIndex("author", ["id", "name"]);
    await added.verification.verify(migration("0002_index", [index]), { isLast: true });
    expect(count(added.sent, /^CREATE INDEX/)).toBe(2);
  });

  test("goes forward again where going back leaves what no schema has words for", async () => {
    const { verification } = await prepare([], (statement) =>
      statement.replace(/^CREATE TABLE "author"/, "CREATE TABLE orm_lock (id integer); $&"),
    );
    const last = migration("0001_author", [table]);
    const error = await rejection(verification.verify(last, { isLast: true }));
    expect(error).toBeInstanceOf(CheckFailedError);
    expect(error.message).toContain("orm_lock");
  });
});

function migration(name: string, operations: readonly Operation[]): Migration {
  return { name, path: "", dependencies: [], operations, atomic: true };
}

function count(statements: readonly string[], pattern: RegExp): number {
  return statements.filter((statement) => pattern.test(statement)).length;
}
