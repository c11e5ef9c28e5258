import { UsageError } from "../errors.ts";
import type { InspectedModels } from "../manager-options.ts";
import { neededExtensions } from "../models/needed-extensions.ts";
import { schemaOf, tablesByName } from "../schema/schema.ts";
import { expressible } from "../source/expressible.ts";
import { printModels } from "../source/models-file.ts";
import type { Workspace } from "./workspace.ts";

/** See MigrationManager. */
export async function inspect(workspace: Workspace, schemas: readonly string[]): Promise<InspectedModels> {
  const { connection, dialect } = await workspace.database();
  const namespaces = schemas.map((name) => ({ name }));
  const found = await dialect.inspect(connection, schemaOf([], [], namespaces));
  // Public has no name in a Schema of its own.
  const missing = schemas.find((name) => name !== "public" && !found.schema.namespaces.has(name));
  if (missing !== undefined) throw new UsageError(`the database has no schema ${missing}`);
  const { schema, unsupported: refused } = expressible(dialect.portable(found.schema));
  const told = new Set(
    tablesByName(schema)
      .flatMap(neededExtensions)
      .map((name) => `extension ${name}`),
  );
  const unsupported = [...found.unsupported, ...refused].filter(({ path }) => !told.has(path));
  return { source: printModels(schema, unsupported), tables: schema.tables.size, unsupported };
}
