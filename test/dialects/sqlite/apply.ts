import type { Connection } from "../../../src/connection/connection.ts";
import type { Change, Rendering, Step } from "../../../src/dialects/dialect.ts";
import { sqliteDialect } from "../../../src/dialects/sqlite/dialect.ts";
import { historicalModels } from "../../../src/models/historical-models.ts";
import type { CodeContext } from "../../../src/operations/code-context.ts";
import { applyOperation, invertOperation } from "../../../src/operations/handlers.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { compareSchemas, type Difference } from "../../../src/schema/compare.ts";
import { EMPTY_SCHEMA, type Schema } from "../../../src/schema/schema.ts";
import { withKnownViews } from "../../../src/verifier/known-views.ts";

/** The operations with the schemas around them. */
export function changesOf(before: Schema, operations: readonly Operation[]): Change[] {
  let schema = before;
  return operations.map((operation) => {
    const change = { operation, before: schema, after: applyOperation(operation, schema) };
    schema = change.after;
    return change;
  });
}

/** The way back. */
export function inverted(changes: readonly Change[]): Change[] {
  return changes.toReversed().map(({ operation, before, after }) => {
    const inverse = invertOperation(operation, before);
    if (inverse === undefined) throw new Error(`${operation.kind} has no way back`);
    return { operation: inverse, before: after, after: before };
  });
}

/** The statements of a rendering as they can be shown without a database; checks and code as comments. */
export function textOf({ before, steps, after }: Rendering): string[] {
  return [...before, ...steps.flatMap(stepText), ...after];
}

function stepText(step: Step): string[] {
  switch (step.kind) {
    case "sql":
      return [step.sql];
    case "check":
      return [`-- check: ${step.sql}`];
    case "query":
      return [...(step.describe === undefined ? [] : [`-- ${step.describe}`]), ...step.statements([])];
    case "code":
      return ["-- code"];
  }
}

function contextOf(db: Connection): CodeContext {
  const { signal } = new AbortController();
  return { db, models: historicalModels(EMPTY_SCHEMA, "0001_test"), log: () => {}, signal };
}

/** Runs a rendering as one transaction; after a failure it is rolled back and thrown. */
export async function run(connection: Connection, { before, steps, after }: Rendering): Promise<void> {
  await connection.execute(before);
  try {
    await connection.execute([sqliteDialect.begin]);
    try {
      for (const step of steps) {
        if (step.kind === "sql") await connection.execute([step.sql]);
        else if (step.kind === "code") await step.run(contextOf(connection));
        else {
          const rows = await connection.query(step.sql);
          if (step.kind === "query") await connection.execute(step.statements(rows));
          else if (rows.length > 0) throw step.explain(rows);
        }
      }
      await connection.execute(["COMMIT"]);
    } catch (error) {
      await connection.execute(["ROLLBACK"]);
      throw error;
    }
  } finally {
    await connection.execute(after);
  }
}

/** Applies the operations and returns the schema after them and the changes. */
export async function apply(
  connection: Connection,
  before: Schema,
  operations: readonly Operation[],
): Promise<{ schema: Schema; changes: Change[] }> {
  const changes = changesOf(before, operations);
  await run(connection, sqliteDialect.render(changes));
  return { schema: changes.at(-1)?.after ?? before, changes };
}

/** Where the database differs from the schema. */
export async function drift(connection: Connection, schema: Schema): Promise<Difference[]> {
  const wanted = await sqliteDialect.canonicalize(sqliteDialect.normalize(schema), connection);
  return compareSchemas(withKnownViews(await sqliteDialect.introspect(connection), wanted), wanted);
}
