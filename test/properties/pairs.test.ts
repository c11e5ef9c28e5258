import { test } from "bun:test";
import fc from "fast-check";
import { askRenames } from "../../src/autodetector/ask-renames.ts";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { everyColumnCanConvert, schemaPair } from "../support/arbitraries.ts";
import { Chooser } from "../support/chooser.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, EmptyDatabases, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";
import { isForViews } from "../support/random-operation.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

describeDatabases("operations on a database", (db) => {
  // PostgreSQL knows virtual columns from version 18 on, and gives them no index.
  const virtual = db.name === "sqlite";

  test(
    "that were found by comparing, with any answers for renames, lead from one schema to the other and back",
    async () => {
      const databases = new EmptyDatabases(db);
      const tape = fc.array(fc.nat(0xffff), { maxLength: 30, size: "max" });
      const property = fc.asyncProperty(
        schemaPair({ executable: true, virtual }),
        tape,
        ({ from, to }, numbers) =>
          databases.use(async (connection) => {
            await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, from).operations, EMPTY_SCHEMA));
            const changes = changesOf(await operationsBetween(from, to, new Chooser(numbers)), from);
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

/** With whatever answers where they are asked whether something was renamed. */
async function operationsBetween(from: Schema, to: Schema, chooser: Chooser): Promise<readonly Operation[]> {
  const renamed = await askRenames(from, to, { renames: [], added: [] }, async (_, free) =>
    chooser.chance(50) ? chooser.pick(free) : undefined,
  ).catch((error) => {
    // What a view means by a name may not be clear.
    if (!isForViews(error)) throw error;
    return { operations: [], schema: from };
  });
  // An answer may lead from one type to another into which no database converts it.
  if (!everyColumnCanConvert({ from: renamed.schema, to })) return diffSchemas(from, to).operations;
  return [...renamed.operations, ...diffSchemas(renamed.schema, to).operations];
}
