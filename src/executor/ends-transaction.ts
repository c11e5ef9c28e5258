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
    else if (beginsBody(statement, createsTrigger(text))) isBody = true;
    else return commits(text) || rollsBack(text) || OWN_SAVEPOINT.test(statement);
    return false;
  });
}

/** True for the first statement of SQLite's CREATE TRIGGER, or of a routine in SQL on PostgreSQL, whose triggers have no body. */
function beginsBody(statement: string, isTrigger: boolean): boolean {
  return isTrigger ? /\bbegin\b/i.test(statement) : /\bbegin\s+atomic\b/i.test(statement);
}

/** @throws MigrationError for SQL that ends the transaction of its migration on a database of that kind */
export function requireInside(operation: Operation, dialect: DialectName): void {
  if (operation.kind !== "runSQL") return;
  const { sql } = operation;
  for (const text of "postgres" in sql ? sql[dialect] : sql) requireOpen(text, dialect);
}

function requireOpen(sql: string, dialect: DialectName): void {
  const found = endOfTransaction(sql, dialect);
  if (found === undefined) return;
  const [word = ""] = readStatementText(found, dialect).opening.split(" ");
  throw new MigrationError(
    `${word.toUpperCase()} would end the transaction of the migration`,
    "leave it out: the migration is committed as a whole, with its record; what is to stand for itself: export const atomic = false",
  );
}

/** The session of a migration for its code, which cannot end the transaction through it. */
export function insideTransaction(connection: Connection): Connection {
  const { dialect } = connection;
  const checked = (sql: string): string => {
    requireOpen(sql, dialect);
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
