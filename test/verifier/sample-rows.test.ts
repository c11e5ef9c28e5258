import { expect, test } from "bun:test";
import fc from "fast-check";
import { tablesByName } from "../../src/schema/schema.ts";
import { insertSamples } from "../../src/verifier/sample-rows.ts";
import { Verification } from "../../src/verifier/verification.ts";
import { anySchema } from "../support/arbitraries.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { EmptyDatabases } from "../support/migrating.ts";

describeDatabases("sample rows", (db) => {
  test("are found for almost every table", async () => {
    const databases = new EmptyDatabases(db);
    let [tables, filled] = [0, 0];
    for (const schema of fc.sample(anySchema({ virtual: db.name === "sqlite" }), { numRuns: 40, seed: 3 })) {
      await databases.use(async (connection) => {
        const target = { connection, dialect: dialectFor(db.name) };
        await new Verification(target).begin(schema);
        await insertSamples(target, schema, tablesByName(schema), 3);
        for (const { name } of schema.tables.values()) {
          const rows = await connection.query(`SELECT 1 FROM ${target.dialect.quoteTable(name)}`);
          tables += 1;
          filled += rows.length > 1 ? 1 : 0;
        }
      });
    }
    expect(tables).toBeGreaterThan(80);
    expect(filled / tables).toBeGreaterThan(0.85);
  });
});
