import type { Connection } from "../connection/connection.ts";
import type { DatabaseError } from "../errors.ts";
import type { CodeFunction, Operation } from "../operations/types.ts";
import type { DialectName } from "../schema/expression.ts";
import type { Schema } from "../schema/schema.ts";
import type { LockHolder, LockMode, MigrationLock } from "./lock.ts";
import type { StatementNature } from "./statement.ts";
import type { Limits, Timeouts } from "./timeouts.ts";

/** An operation with the schema before and after it. */
export interface Change {
  readonly operation: Operation;
  readonly before: Schema;
  readonly after: Schema;
}

/** One thing to do, and the operations (indexes in the migration) that it belongs to. */
export type Step =
  | {
      readonly kind: "sql";
      readonly sql: string;
      readonly operations: readonly number[];
      /** Where the statement copies rows that may be many: the same in parts, none of which takes long. */
      readonly copy?: RowCopy | undefined;
    }
  | { readonly kind: "code"; readonly run: CodeFunction; readonly operations: readonly number[] }
  /** A query that must return no row; a row is an error, which `explain` words. */
  | {
      readonly kind: "check";
      readonly sql: string;
      readonly explain: (rows: readonly Readonly<Record<string, unknown>>[]) => Error;
      readonly operations: readonly number[];
    }
  /**
   * A query, and then the statements that `statements` makes of its rows: for what only the database knows, such as
   * triggers. `statements([])` is what can be shown without a database; `describe` says in a few words what the
   * rows add to it, unless another step says it as well.
   */
  | {
      readonly kind: "query";
      readonly sql: string;
      readonly statements: (rows: readonly Readonly<Record<string, unknown>>[]) => readonly string[];
      readonly describe?: string;
      readonly operations: readonly number[];
    };

/** A copy of all rows of a table in the order of their places, which are integers that tell them apart. */
export interface RowCopy {
  /** The table that is read. */
  readonly table: string;
  /** The query for `first` and `last`, the places at both ends. */
  readonly ends: string;
  /** The query for the `place` of the n-th row after a place, or from the beginning; no row where there are fewer. */
  readonly place: (after: bigint | undefined, n: number) => string;
  /** The statement that copies what is after a place and up to another one; undefined stands for either end. */
  readonly part: (after: bigint | undefined, upTo: bigint | undefined) => string;
}

/** A migration for one database. */
export interface Rendering {
  /** Run before the transaction begins. */
  readonly before: readonly string[];
  readonly steps: readonly Step[];
  /** Run after the transaction has ended, also after a failure. */
  readonly after: readonly string[];
}

/** A table that a role cannot see: it lacks the right to look into the schema. */
export type HiddenTable = Readonly<Record<"schema" | "role", string>>;

/** Something in a database that a Schema has no words for. */
export interface Unsupported {
  /** Where: `table film, column fulltext`. */
  readonly path: string;
  /** What it is: `the type tsvector`. */
  readonly what: string;
}

/** What a live database holds, as far as a Schema can say it, and the rest by name. */
export interface Inspection {
  readonly schema: Schema;
  readonly unsupported: readonly Unsupported[];
}

/** Everything that differs between databases. */
export interface Dialect {
  readonly name: DialectName;

  /**
   * The lock of that kind that lets one migrator of an app at a time work on a database; undefined where none is needed,
   * as on SQLite, where each transaction keeps all other writers out.
   */
  lock(mode: LockMode, app: string): MigrationLock | undefined;

  /**
   * Who writes to the database at this moment, where one at a time does and the system tells who, without any lock for the question.
   * Undefined where nobody does or nobody can tell.
   */
  writer?(connection: Connection): Promise<LockHolder | undefined>;

  /** The first table of that name where the session would look for it, if only it might; undefined where there is none. */
  hidden(table: string, connection: Pick<Connection, "query">): Promise<HiddenTable | undefined>;

  /** A step that fails where the query, which selects one text, has a row: with what `error` makes where the step can word it. */
  refuse(query: string, error: () => Error): Step;

  /** Whether one statement can be in a transaction, and how it is taken up again where it cannot. Pure. */
  statementNature(sql: string): StatementNature;

  /** How a transaction that has begun, or the session outside of one, is kept from waiting for long. */
  limits(timeouts: Timeouts, scope: "transaction" | "session"): Limits;

  /** True for a refusal because somebody else holds a lock: the same may succeed a moment later. */
  isContention(error: DatabaseError): boolean;

  /** The statement that begins the transaction of a migration. */
  readonly begin: string;

  /** The statement that takes back what a migration's own SQL has set for the session, which is none of the next one's. */
  readonly resetSession: string;

  /**
   * True where neighbouring migrations are one transaction, with a savepoint for each: a commit costs much, and whoever
   * writes keeps all others out anyway.
   */
  readonly sharesTransactions: boolean;

  /**
   * The statements for these operations, in order; pure. Neighbouring changes of one table may become one
   * statement, or on SQLite one rebuild.
   */
  render(changes: readonly Change[]): Rendering;

  /**
   * What the database can represent of a schema: the tables that `introspect` finds after `schema` was created.
   * Names are explicit and as the database keeps them, expressions as they were written.
   */
  normalize(schema: Schema): Schema;

  /**
   * Reads the live database. On PostgreSQL that is the first schema of the search path, whose tables have names without
   * it unless `known` (normalized) has them, and those of the namespaces of `known` that exist. The tool's own tables are
   * left out.
   */
  introspect(connection: Connection, known?: Schema): Promise<Schema>;

  /**
   * All that `introspect` looks at, as text, where that is much less work: with the same text it finds the same. Undefined
   * where nothing less than `introspect` tells.
   */
  fingerprint?(connection: Connection): Promise<string>;

  /**
   * Like `introspect`, but what a Schema cannot say, with all that depends on it, is left out and listed instead of
   * refused. A column of a type that somebody made in the database is such a thing unless `known`, normalized, has it.
   * Only reads.
   */
  inspect(connection: Connection, known?: Schema): Promise<Inspection>;

  /**
   * What was introspected in the words that models have: defaults as values, checks that stand for an enum as the enum,
   * wherever the same database comes of it. Pure.
   */
  portable(schema: Schema): Schema;

  /**
   * `schema` with each expression (default, check) in the form in which the database gives it back, so that
   * two schemas can be compared. Leaves nothing behind. Expects a normalized schema.
   */
  canonicalize(schema: Schema, connection: Connection): Promise<Schema>;

  /** What this database cannot have of an operation and leaves out of it, in words for people. */
  omissions(operation: Operation): readonly string[];

  /** Checks what would be checked at the end of the transaction that is open (SQL:2016, SET CONSTRAINTS). */
  checkDeferred(connection: Connection): Promise<void>;

  /** What people call the database: its name on the server, or that of its file. */
  databaseName(connection: Connection): Promise<string>;

  /** The product and its version: `PostgreSQL 18.1`. */
  version(connection: Connection): Promise<string>;

  /** An identifier, quoted, and shortened where it is longer than the database keeps. */
  quote(identifier: string): string;

  /** The name of a table, quoted: with its schema where it has one and the database has schemas. */
  quoteTable(name: string): string;

  /** A text literal. */
  quoteText(text: string): string;

  /** The placeholder of the n-th parameter, from 1. */
  placeholder(position: number): string;
}
