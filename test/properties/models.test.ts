import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { loadModels } from "../../src/model-modules.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { EMPTY_SCHEMA, type Schema, withViews } from "../../src/schema/schema.ts";
import { expressible } from "../../src/source/expressible.ts";
import { printModels } from "../../src/source/models-file.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { anySchema } from "../support/arbitraries.ts";
import { describeDatabases } from "../support/databases.ts";
import { dialectFor } from "../support/dialects.ts";
import { changesOf, EmptyDatabases, migrate } from "../support/migrating.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// The property tries 200 random cases on each database; YARA_PROPERTY_RUNS=5000 tries more.

/** What random schemas have and models refuse; `inspect` lists it. */
const NOT_SAID = [
  /^is (json|array) and part of the primary key$/,
  /^is used by no column that is expressed: /,
  /^has the enum .*, which has no value or an empty one$/s,
  /^sets a default where none is$/,
  /^has no column that can be expressed$/,
  /^names the column .* twice$/s,
  /^is (over the column|computed from one) .*left out$/s,
  /^refers to .*, which (is no key of it|does not exist or is left out)$/s,
];

describeDatabases("models of a database", (db) => {
  const virtual = db.name === "sqlite";
  const dialect = dialectFor(db.name);

  test(
    "are loaded as the schema that the database has",
    async () => {
      installVirtualModule();
      const folder = temporaryFolder();
      const databases = new EmptyDatabases(db);
      let number = 0;
      // Models do not declare views and triggers.
      const plain = anySchema({ virtual }).map((schema) => withViews(schema, [], []));
      const property = fc.asyncProperty(plain, (schema) =>
        databases.use(async (connection) => {
          await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, schema).operations, EMPTY_SCHEMA));
          const live = await dialect.inspect(connection, dialect.normalize(schema));
          const said = expressible(dialect.portable(live.schema));
          const lost = [...live.unsupported, ...said.unsupported]
            // One that no column needs.
            .filter(({ path }) => !path.startsWith("extension "))
            .map(({ what }) => what);
          expect(lost.filter((what) => !NOT_SAID.some((known) => known.test(what)))).toEqual([]);

          number += 1;
          const path = join(folder, `models${number}.ts`);
          writeFileSync(path, printModels(said.schema, said.unsupported));
          const canonical = (one: Schema) => dialect.canonicalize(dialect.normalize(one), connection);
          const models = await loadModels([path], { allowNone: true });
          const declared = await canonical(schemaFromModels(models));
          expect(compareSchemas(inUse(await canonical(said.schema), declared), declared)).toEqual([]);
          if (lost.length > 0) return;
          expect(compareSchemas(inUse(live.schema, declared), declared)).toEqual([]);
        }),
      );
      await fc.assert(property, propertyOptions);
    },
    PROPERTY_TIMEOUT,
  );
});

/** The schema without what no model needs: a namespace without a table, an extension of which nothing is used. */
function inUse(schema: Schema, { namespaces, extensions }: Schema): Schema {
  return { ...schema, namespaces, extensions };
}
