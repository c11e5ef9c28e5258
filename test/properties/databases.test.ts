import { expect, test } from "bun:test";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import type { Connection } from "../../src/connection/connection.ts";
import type { Change } from "../../src/dialects/dialect.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { filledHistory } from "../support/arbitraries.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, EmptyDatabases, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { fillTables, readRows } from "../support/rows.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

describeDatabases("operations on a database", (db) => {
  // PostgreSQL knows virtual columns from version 18 on, and gives them no index.
  const virtual = db.name === "sqlite";

  test(
    "lead to the schema that was computed, forward and back, and the rows of untouched columns survive",
    async () => {
      const databases = new EmptyDatabases(db);
      // How many operations each migration holds, as a list that is gone through again and again.
      const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
      const property = fc.asyncProperty(
        filledHistory({ virtual }),
        sizes,
        ({ schema, operations, filled }, sizes) =>
          databases.use(async (connection) => {
            await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, schema).operations, EMPTY_SCHEMA));
            await expectSchema(connection, schema);
            await fillTables(connection, schema);

            const untouched = filled.untouched();
            const read = (columns: "original" | "name", table: "original" | "table") =>
              Promise.all(
                untouched.map((one) =>
                  readRows(connection, {
                    table: one[table],
                    columns: one.columns.map((column) => column[columns]),
                  }),
                ),
              );
            const rows = await read("original", "original");

            const changes = changesOf(operations, schema);
            await migrateInParts(connection, changes, sizes);
            await expectSchema(connection, changes.at(-1)?.after ?? schema);
            expect(await read("name", "table")).toEqual(rows);

            await migrateInParts(connection, invertedChanges(changes), sizes);
            await expectSchema(connection, schema);
            expect(await read("original", "original")).toEqual(rows);
          }),
      );
      await fc.assert(property, propertyOptions);
    },
    PROPERTY_TIMEOUT,
  );
});

async function migrateInParts(
  connection: Connection,
  changes: readonly Change[],
  sizes: readonly number[],
): Promise<void> {
  for (let at = 0, part = 0; at < changes.length; part += 1) {
    const size = sizes[part % sizes.length] ?? 1;
    await migrate(connection, changes.slice(at, at + size));
    at += size;
  }
}
