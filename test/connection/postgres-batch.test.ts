import { describe, expect, test } from "bun:test";
import { batchStatements, failedPart } from "../../src/connection/postgres-batch.ts";

describe("batchStatements", () => {
  const indexes = (statements: string[], inTransaction: boolean): number[][] =>
    batchStatements(statements, inTransaction).map((batch) => batch.parts.map((part) => part.index));

  test("one query for a transaction, its statements on lines of their own, without the blank ones", () => {
    const batches = batchStatements(["BEGIN", "SELECT 1 -- one", "  -- nothing", "SELECT 2;"], false);
    expect(batches.map((batch) => batch.text)).toEqual(["BEGIN\n;\nSELECT 1 -- one\n;\nSELECT 2;"]);
    expect(batches[0]?.parts.map((part) => part.index)).toEqual([0, 1, 3]);
  });

  test("a query ends with a COMMIT, so that its answer is seen", () => {
    const batches = batchStatements(["BEGIN", "SELECT 1", "/* so */ commit", "BEGIN", "ROLLBACK"], false);
    expect(batches.map((batch) => batch.endsTransaction)).toEqual([true, false]);
  });

  test("outside a transaction each statement is a query, and inside one none is", () => {
    const statements = ["SELECT 1", "SELECT 2", "BEGIN", "SELECT 3", "ROLLBACK", "SELECT 4", "SELECT 5"];
    expect(indexes(statements, false)).toEqual([[0], [1], [2, 3, 4], [5], [6]]);
    expect(indexes(["SELECT 1", "ROLLBACK TO a", "COMMIT", "SELECT 2"], true)).toEqual([[0, 1, 2], [3]]);
  });

  test("the failed statement is found by position, in characters, and by what was completed before", () => {
    const [batch] = batchStatements(["SELECT '😀é'", "SELECT 1; SELECT 2", "SELECT 3"], true);
    if (batch === undefined) throw new Error("no batch");
    const start = [...batch.text.slice(0, batch.text.indexOf("SELECT 3"))].length;
    expect(failedPart(batch, start + 1, 0)?.index).toBe(2);
    expect(failedPart(batch, start, 0)?.index).toBe(1);
    expect(failedPart(batch, 1, 3)?.index).toBe(2);
    expect([0, 1, 2, 3, 4].map((completed) => failedPart(batch, undefined, completed)?.index)).toEqual([
      0,
      1,
      1,
      2,
      undefined,
    ]);
  });

  test("nothing is sent for nothing", () => {
    expect(batchStatements(["", "-- x"], false)).toEqual([]);
  });
});
