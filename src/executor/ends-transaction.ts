import type { Connection, DatabaseRow } from "../connection/connection.ts";
import {
  commits,
  createsTrigger,
  readStatementText,
  rollsBack,
  splitStatements,
} from "../connection/statement-text.ts";
import { MigrationError } from "../errors.ts";
import type { Operation } from "../operations/types.ts";
import type { DialectName } from "../schema/expression.ts";

/*
 * A migration is one transaction together with its record. A statement of the user's that ends it would leave what came before
 * committed, or lost, and not recorded, or recorded all the same.
 */

/** Most texts have none of these words. */
const MAY_END = /\b(commit|end|rollback|abort|prepare|release)\b/i;

/** A migration that shares its transaction with others is a savepoint in it; see share.ts. */
const OWN_SAVEPOINT = /^(rollback\b[^;]*\bto|release)\b[^;]*\byara_migration\b/i;

/** The statement in a text that ends the transaction in which it runs; undefined where there is none. */
export function endOfTransaction(sql: string, dialect: DialectName): string | undefined {
  if (!MAY_END.test(sql)) return undefined;
  let isBody = false;
  return splitStatements(sql, dialect).find((statement) => {
    const text = readStatementText(statement, dialect);
    // The statements of a body are split as well; its END is the last of them.
    if (isBody) isBody = !/^end\b/.test(text.opening);
    else if (createsTrigger(text) || /\bbegin\s+atomic\b/i.test(statement)) isBody = true;
    else return commits(text) || rollsBack(text) || OWN_SAVEPOINT.test(statement);
    return false;
  });
}

/** @throws MigrationError for SQL that ends the transaction of its migration */
export function requireInside(operation: Operation): void {
  if (operation.kind !== "runSQL") return;
  const { sql } = operation;
  const [postgres, sqlite] = "postgres" in sql ? [sql.postgres, sql.sqlite] : [sql, sql];
  const found =
    firstOf(postgres, (text) => endOfTransaction(text, "postgres")) ??
    firstOf(sqlite, (text) => endOfTransaction(text, "sqlite"));
  if (found !== undefined) throw refusal(found);
}

function firstOf<T>(texts: readonly string[], find: (text: string) => T | undefined): T | undefined {
  for (const text of texts) {
    const found = find(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The session of a migration for its code, which cannot end the transaction through it. */
export function insideTransaction(connection: Connection): Connection {
  const { dialect } = connection;
  const checked = (sql: string): string => {
    const found = endOfTransaction(sql, dialect);
    if (found !== undefined) throw refusal(found);
    return sql;
  };
  return {
    dialect,
    query: async <Row extends DatabaseRow>(sql: string, parameters?: readonly unknown[]) =>
      await connection.query<Row>(checked(sql), parameters),
    run: async (sql, parameters) => await connection.run(checked(sql), parameters),
    execute: async (statements) => await connection.execute(statements.map(checked)),
    cancel: () => connection.cancel(),
    activity: () => connection.activity(),
    close: (parting) => connection.close(parting),
  };
}

function refusal(statement: string): MigrationError {
  const [word = ""] = statement.split(/\s+/);
  return new MigrationError(
    `${word.toUpperCase()} would end the transaction of the migration`,
    "leave it out: the migration is committed as a whole, with its record; what is to stand for itself: export const atomic = false",
  );
}
