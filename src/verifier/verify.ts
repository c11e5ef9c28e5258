import { CheckFailedError } from "../errors.ts";
import type { Target } from "../executor/executor.ts";
import type { Migration } from "../migrations/migration.ts";
import { expectToRun } from "../much-to-do.ts";
import type { DialectName } from "../schema/expression.ts";
import { databaseMessage, isForeignSql } from "./database-message.ts";
import { Verification, type Verified } from "./verification.ts";

/** What was found out about one migration on one database; `skipped` where that has no such SQL. */
export interface VerifiedMigration extends Omit<Verified, "outcome"> {
  readonly database: DialectName;
  readonly outcome: Verified["outcome"] | "skipped";
}

export interface VerifyMigrationsOptions {
  /** Only this one; those before it run, but are not looked at. */
  readonly only?: string | undefined;
  /** SQL that SQLite does not understand is no failure: the project is for another database. */
  readonly lenient: boolean;
  /** Aborted to stop the code of a migration; no other begins. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Verifies the migrations, which are in the order of their graph, one after the other on an empty scratch database.
 * @throws CheckFailedError for the first that does not hold
 */
export async function verifyMigrations(
  target: Target,
  migrations: readonly Migration[],
  { only, lenient, signal }: VerifyMigrationsOptions,
): Promise<VerifiedMigration[]> {
  expectToRun(migrations.length);
  const verification = new Verification({ ...target, signal });
  const database = target.dialect.name;
  const all: VerifiedMigration[] = [];
  for (const migration of migrations) {
    signal?.throwIfAborted();
    const { name } = migration;
    const verify = async (tried: Migration, notes: readonly string[] = []) => {
      if (only !== undefined && name !== only) return await verification.skip(tried);
      const verified = await verification.verify(tried);
      all.push({ database, ...verified, notes: [...notes, ...verified.notes] });
    };
    try {
      await verify(migration).catch(async (error) => {
        const portable = withoutSql(migration);
        const again = lenient && isForeignSql(error) && isFirst(error) && portable !== undefined;
        if (!again || !verification.isUndone(migration)) throw error;
        await verify(portable, [
          `without its own SQL, which is not for ${database}: ${databaseMessage(error)}`,
        ]);
      });
    } catch (error) {
      if (!lenient || !isForeignSql(error)) throw error;
      const notes = [`not verified on ${database} from here on: ${databaseMessage(error)}`];
      all.push({ database, name, outcome: "skipped", notes });
      return all;
    }
  }
  return all;
}

/** The migration without hand-written SQL and code; undefined where it has none. */
function withoutSql(migration: Migration): Migration | undefined {
  const operations = migration.operations.filter(({ kind }) => kind !== "runSQL" && kind !== "runCode");
  return operations.length === migration.operations.length ? undefined : { ...migration, operations };
}

/** True for a failure of the first run of a migration. */
function isFirst(error: unknown): boolean {
  return !(error instanceof CheckFailedError) || error.findings.moment === "after going forward";
}
