import { test } from "bun:test";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { schemaPair } from "../support/arbitraries.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, EmptyDatabases, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

describeDatabases("operations on a database", (db) => {
  // PostgreSQL knows virtual columns from version 18 on, and gives them no index.
  const virtual = db.name === "sqlite";

  test(
    "that were found by comparing lead from one schema to the other and back",
    async () => {
      const databases = new EmptyDatabases(db);
      const property = fc.asyncProperty(schemaPair({ executable: true, virtual }), ({ from, to }) =>
        databases.use(async (connection) => {
          await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, from).operations, EMPTY_SCHEMA));
          const changes = changesOf(diffSchemas(from, to).operations, from);
          await migrate(connection, changes);
          await expectSchema(connection, to);
          await migrate(connection, invertedChanges(changes));
          await expectSchema(connection, from);
        }),
      );
      await fc.assert(property, propertyOptions);
    },
    PROPERTY_TIMEOUT,
  );
});
