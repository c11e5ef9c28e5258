import { diffSchemas } from "../autodetector/diff.ts";
import type { Connection } from "../connection/connection.ts";
import type { Dialect, Unsupported } from "../dialects/dialect.ts";
import { sqlText } from "../executor/sql-text.ts";
import { forwardUnit } from "../executor/unit.ts";
import type { Operation } from "../operations/types.ts";
import { compareSchemas } from "../schema/compare.ts";
import { compareText, type Schema } from "../schema/schema.ts";
import { type FoundDifference, foundDifferences } from "./difference.ts";
import { withoutInexpressible } from "./inexpressible.ts";
import { knownPaths, withKnownViews } from "./known-views.ts";
import { settle } from "./settle.ts";

/** How a database differs from what its migrations make, and what would mend it. */
export interface Drift {
  readonly differences: readonly FoundDifference[];
  /** What leads from the database as it is to what is expected. */
  readonly operations: readonly Operation[];
  /** The same as SQL, transaction included; an element is a statement with its `;`, or a comment. */
  readonly sql: readonly string[];
  /** What the database has besides that no migration can say, and that was not compared. */
  readonly unsupported: readonly Unsupported[];
}

/** Compares the live database with a schema. Changes nothing. */
export async function compareDatabase(
  { connection, dialect }: { readonly connection: Connection; readonly dialect: Dialect },
  schema: Schema,
): Promise<Drift> {
  const canonical = await dialect.canonicalize(dialect.normalize(schema), connection);
  const inspection = await dialect.inspect(connection, canonical);
  const known = knownPaths(canonical);
  const said = withoutInexpressible(dialect, inspection.schema, canonical);
  const idle = idleEnums(said.schema, canonical);
  const unsupported = [
    ...inspection.unsupported.filter(({ path }) => !known.has(path)),
    ...said.unsupported,
    ...idle.map((name) => ({ path: `enum ${name}`, what: "is used by no column" })),
  ];
  const { live, expected } = await settle(
    { connection, dialect },
    { live: withKnownViews(withoutEnums(said.schema, idle), canonical), expected: canonical },
  );
  const differences = foundDifferences(compareSchemas(live, expected));
  if (differences.length === 0) return { differences, operations: [], sql: [], unsupported };
  const { operations, missingFills } = diffSchemas(live, expected);
  const comments = missingFills.map(
    ({ table, column }) => `-- ${table}.${column} is NOT NULL: rows that exist need a value first`,
  );
  const migration = { name: "drift", path: "", dependencies: [], operations, atomic: true };
  const unit = forwardUnit(migration, live, dialect.name);
  return { differences, operations, sql: [...comments, ...sqlText(dialect, unit)], unsupported };
}

/** The enums that no migration knows and no column of the database uses: models, which say enums with their columns, cannot. */
function idleEnums(live: Schema, expected: Schema): string[] {
  const used = new Set(
    [...live.tables.values()].flatMap(({ columns }) =>
      columns.flatMap(({ type }) => (type.kind === "enum" ? [type.name] : [])),
    ),
  );
  return [...live.enums.keys()]
    .filter((name) => !used.has(name) && !expected.enums.has(name))
    .sort(compareText);
}

function withoutEnums(schema: Schema, names: readonly string[]): Schema {
  return { ...schema, enums: names.reduce((enums, name) => enums.delete(name), schema.enums) };
}
