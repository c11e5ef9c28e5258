import type { Connection } from "../connection/connection.ts";
import type { Dialect, Unsupported } from "../dialects/dialect.ts";
import { MigrationError } from "../errors.ts";
import type { Unit } from "../executor/unit.ts";
import { describeOperation } from "../operations/handlers.ts";
import { compareSchemas } from "../schema/compare.ts";
import { EMPTY_SCHEMA, type Schema, schemaOf, withViews } from "../schema/schema.ts";
import { triggerKey } from "../schema/view.ts";
import { expressible } from "../source/expressible.ts";
import { describeFound, foundDifferences } from "./difference.ts";
import { knownPaths, withKnownViews } from "./known-views.ts";
import { settle } from "./settle.ts";

/** What of a migration was not compared before it counted as applied. */
export interface NotCompared {
  /** What else its tables have in the database, which no migration can say. */
  readonly unsupported: readonly Unsupported[];
  /** What the migration does besides, which cannot be looked for. */
  readonly unchecked: readonly string[];
}

/**
 * Compares the tables that a unit makes with those of the database. Undefined where none of them is there.
 * @throws MigrationError with each difference, where some of the tables are there, but not all of them or not in the
 * right shape
 */
export async function findInitial(
  { connection, dialect }: { readonly connection: Connection; readonly dialect: Dialect },
  unit: Unit,
): Promise<NotCompared | undefined> {
  const before = dialect.normalize(unit.changes[0]?.before ?? EMPTY_SCHEMA);
  const normal = without(dialect.normalize(unit.changes.at(-1)?.after ?? EMPTY_SCHEMA), before);
  const live = await dialect.inspect(connection, normal);
  const names = new Set(Array.from(normal.tables.keys(), (name) => `table ${name}`));
  // What models cannot say is no reason to refuse a migration that was made from them.
  const refused = expressible(dialect.portable(live.schema)).unsupported;
  const known = knownPaths(normal);
  const unsupported = [...live.unsupported, ...refused].filter(
    ({ path }) => names.has(path.split(", ", 1)[0] ?? "") && !known.has(path),
  );
  const present = [...normal.tables.keys()].filter((name) => live.schema.tables.has(name));
  if (present.length === 0) return undefined;
  const settled = await settle(
    { connection, dialect },
    { live: onlyOf(live.schema, normal), expected: await dialect.canonicalize(normal, connection) },
  );
  const paths = new Set(refused.map(({ path }) => path));
  const differences = foundDifferences(compareSchemas(settled.live, settled.expected)).filter(
    ({ mark, path }) => mark !== "+" || !paths.has(path),
  );
  if (differences.length > 0) {
    throw new MigrationError(
      [
        `${unit.name} cannot count as applied: the database differs from what it makes`,
        ...differences.map((difference) => `  ${describeFound(difference)}`),
        ...unsupported.map(({ path, what }) => `  not compared: ${path}: ${what}`),
      ].join("\n"),
      "+ is in the database only, - is missing there, ~ is different; change the models or the database, " +
        "or record the migration as it is with --fake",
    );
  }
  return {
    unsupported,
    unchecked: unit.changes
      .map(({ operation }) => operation)
      .filter(({ kind }) => kind === "runSQL" || kind === "runCode")
      .map(describeOperation),
  };
}

/** The part of a schema that has no name in another one. */
function without(schema: Schema, other: Schema): Schema {
  const tables = schemaOf(
    [...schema.tables.values()].filter(({ name }) => !other.tables.has(name)),
    [...schema.enums.values()].filter(({ name }) => !other.enums.has(name)),
    [...schema.namespaces.values()].filter(({ name }) => !other.namespaces.has(name)),
    schema.extensions.filter((name) => !other.extensions.includes(name)),
  );
  return withViews(
    tables,
    [...schema.views.values()].filter(({ name }) => !other.views.has(name)),
    [...schema.triggers.values()].filter((trigger) => !other.triggers.has(triggerKey(trigger))),
  );
}

/** The part of a schema that has a name in another one. */
function onlyOf(schema: Schema, other: Schema): Schema {
  const tables = schemaOf(
    [...schema.tables.values()].filter(({ name }) => other.tables.has(name)),
    [...schema.enums.values()].filter(({ name }) => other.enums.has(name)),
    [...schema.namespaces.values()].filter(({ name }) => other.namespaces.has(name)),
    schema.extensions.filter((name) => other.extensions.includes(name)),
  );
  return withKnownViews({ ...tables, views: schema.views, triggers: schema.triggers }, other);
}
