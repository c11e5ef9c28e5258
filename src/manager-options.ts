import type { Ask } from "./autodetector/ask.ts";
import type { Connection } from "./connection/connection.ts";
import type { Unsupported } from "./dialects/dialect.ts";
import type { LockHolder } from "./dialects/lock.ts";
import type { Timeouts } from "./dialects/timeouts.ts";
import type { Loss } from "./errors.ts";
import type { ContentionEvent } from "./executor/contention.ts";
import type { CopiedEvent, CopyEvent } from "./executor/copy.ts";
import type { HalfApplied } from "./executor/journal.ts";
import type { LockOptions } from "./executor/lock.ts";
import type { AppliedMigration } from "./executor/recorder.ts";
import type { LogEvent } from "./executor/target.ts";
import type { AnyModel } from "./models/model.ts";
import type { Operation } from "./operations/types.ts";
import type { SqlValue } from "./schema/expression.ts";
import type { VerifyEverywhereOptions } from "./verifier/databases.ts";
import type { FoundDifference } from "./verifier/difference.ts";
import type { NotCompared } from "./verifier/initial.ts";

/** What happens while the manager works, for whoever wants to show it. */
export type ManagerEvent =
  | { readonly kind: "started"; readonly name: string; readonly direction: "forward" | "backward" }
  /** Committed; `elapsedMs` is the time that it took: of those that were sent together, an equal part of theirs. */
  | {
      readonly kind: "finished";
      readonly name: string;
      readonly direction: "forward" | "backward";
      readonly elapsedMs: number;
    }
  /** Not run after all: another migrator has done it since it was planned. */
  | { readonly kind: "doneMeanwhile"; readonly name: string; readonly direction: "forward" | "backward" }
  /**
   * Another migrator has the lock; nobody knows whom where there is no holder. On SQLite, another process writes to the database,
   * whose file is `path`.
   */
  | { readonly kind: "waiting"; readonly holder: LockHolder | undefined; readonly path?: string }
  | ContentionEvent
  /** Of a copy that takes long; told from time to time. */
  | CopyEvent
  | CopiedEvent
  | LogEvent
  /** Something of a migration that the database cannot have and that is left out there. */
  | { readonly kind: "omitted"; readonly note: string }
  /** Before a decision about a migration is recorded: its steps, and how its tables differ from what is decided. */
  | {
      readonly kind: "inspected";
      readonly name: string;
      readonly half: HalfApplied | undefined;
      readonly steps: readonly string[];
      readonly differences: readonly FoundDifference[];
    }
  | { readonly kind: "detected"; readonly operations: readonly Operation[] }
  /** A file in the migrations directory that is no migration. */
  | { readonly kind: "ignoredFile"; readonly file: string }
  /** Recorded as applied, but not run: what it makes was there. `NotCompared` says what was not looked at. */
  | ({ readonly kind: "faked"; readonly name: string } & NotCompared)
  /** Applied, but its file says something else by now; `changes` are lines with `-` and `+`. */
  | { readonly kind: "edited"; readonly name: string; readonly changes: readonly string[] }
  /** To be applied, although `after`, which comes after it, is applied already. */
  | { readonly kind: "outOfOrder"; readonly name: string; readonly after: string }
  /** Run in a transaction that is rolled back. */
  | { readonly kind: "trying"; readonly name: string }
  /** Applied, but its file is gone. */
  | { readonly kind: "missingFile"; readonly name: string };

export interface ManagerOptions {
  /** The migrations directory; `migrations` by default. */
  readonly directory?: string;
  /** The label under which migrations are recorded; `models` by default. */
  readonly app?: string;
  /** Models, or modules (files, folders, globs) that export them. Only `makeMigrations` needs them. */
  readonly models?: string | readonly (string | AnyModel)[] | undefined;
  /** The session to work on, from `YaraOrm.connect`; by default that of `YaraOrm.init`. */
  readonly connection?: Connection | undefined;
  /**
   * Aborted to stop the code of a migration, which is undone like one that has failed; no other begins, and the run ends with a
   * StoppedError. A statement that runs comes to its end: `connection.cancel()` cancels it.
   */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: ManagerEvent) => void;
}

export interface MakeMigrationsOptions {
  /** The label in the file's name, instead of one made from the operations. */
  readonly name?: string | undefined;
  /** Writes a migration without operations that depends on all ends of the history, where there are several. */
  readonly merge?: boolean;
  /** Writes a migration without operations, to be filled in by hand. */
  readonly empty?: boolean;
  /** Allows a migration that drops every table. */
  readonly allowDestructive?: boolean;
  /** Values for rows that exist already, by `table.column`; a text is read as the column's type wants it. */
  readonly fills?: ReadonlyMap<string, SqlValue | string>;
  /** These columns (`table.column`), or all, get no value: the migration fails where there are rows. */
  readonly noFill?: boolean | readonly string[];
  /** Renames that are decided: `article=post` for a table, `post.body=post.content` for a column. */
  readonly renames?: readonly string[];
  /** What is new although it looks like something that is gone: `post`, `post.content`. */
  readonly added?: readonly string[];
  /** Nothing was renamed: what is gone is dropped, what is new is added. */
  readonly noRename?: boolean;
  /** Asked what only a person knows and no other option says. Without it, such a question is a NeedsAnswerError. */
  readonly ask?: Ask | undefined;
  /** Writes nothing and asks nothing; a migration that would be written is an error. */
  readonly check?: boolean;
  /** False: the migration is not tried out on SQLite before it is written. */
  readonly verify?: boolean;
  /** SQL of the models that SQLite does not understand is refused, because that is what the project runs on. */
  readonly forSqlite?: boolean;
  /** Called when the migration holds on SQLite, or with the reason why that could not be told. */
  readonly onVerified?: (unknown: string | undefined) => void;
  /** Called, before that, with why the way back is refused where there are rows. */
  readonly onRefusedBack?: ((why: string) => void) | undefined;
}

export interface VerifyOptions extends Partial<Omit<VerifyEverywhereOptions, "only" | "signal">> {
  /** Only this migration (a name or a number), after those before it. */
  readonly target?: string | undefined;
}

/** Asks a person whether that may be lost. */
export type AskConsent = (request: {
  readonly database: string;
  readonly losses: readonly Loss[];
}) => Promise<boolean>;

export interface ConsentOptions {
  /**
   * Consent to lose what rows hold: the name of the database (of a SQLite database its file's), or true for whichever it
   * is. Without it, dropping a table or column that holds something, or narrowing its type, is a ConsentError.
   */
  readonly confirm?: string | true | undefined;
  /** Asked for it where `confirm` is left out. */
  readonly askConsent?: AskConsent | undefined;
}

export interface UpgradeOptions extends ConsentOptions {
  /** The last migration to apply, a name or a number. */
  readonly target?: string | undefined;
  /** Records what is pending as applied and runs none of it. */
  readonly fake?: boolean;
  /**
   * Records a migration without dependencies as applied where its tables exist already; refused where they are not
   * exactly as it would make them. Where none exists it is run.
   */
  readonly fakeInitial?: boolean;
  /** An applied migration whose file was edited, and a new one that sorts before an applied one, are errors. */
  readonly strict?: boolean;
  readonly lock?: LockOptions;
  /** On PostgreSQL; those that a file says of itself come before them. */
  readonly timeouts?: Timeouts | undefined;
}

export interface DowngradeOptions extends ConsentOptions {
  /** Reverts everything after this migration: a name, a number, or `zero` for all. */
  readonly target?: string | undefined;
  /** Reverts the last ones where there is no target; 1 by default. */
  readonly steps?: number | undefined;
  readonly lock?: LockOptions;
  /** See UpgradeOptions. */
  readonly timeouts?: Timeouts | undefined;
}

/** What a person has decided about a migration that is done in part: it counts as done, as undone, or goes on. */
export type Decision = "applied" | "reverted" | "resume";

export interface ResolveOptions {
  readonly decision: Decision;
  readonly lock?: LockOptions;
}

/** A migration file, and what the database has of it. */
export interface Head {
  readonly name: string;
  readonly applied: boolean;
  /** Where it is applied or reverted in part: how many of its steps are done. */
  readonly progress?: Pick<HalfApplied, "direction" | "done" | "total">;
}

/** A lock that a migrator holds, or `write`: that on a SQLite file, which whoever writes to it holds. */
export interface HeldLock extends LockHolder {
  readonly mode: "advisory" | "row" | "write";
}

/** Where a database is in its history. */
export interface Status {
  readonly database: {
    readonly name: string;
    /** `PostgreSQL 18.1` */
    readonly version: string;
  };
  readonly directory: string;
  readonly app: string;
  /** How many migration files there are. */
  readonly files: number;
  /** In the order in which they were applied. */
  readonly applied: readonly AppliedMigration[];
  /** In the order in which `upgrade` would apply them. */
  readonly pending: readonly string[];
  /** Applied or reverted in part; it is no applied one. */
  readonly halfApplied?: Omit<HalfApplied, "steps">;
  /** Applied, but their files are gone. */
  readonly missing: readonly string[];
  /** Applied, but their files say something else by now. */
  readonly edited: readonly string[];
  /** Pending, although `after`, which comes after it, is applied. */
  readonly outOfOrder: readonly { readonly name: string; readonly after: string }[];
  /** The files on which no other depends: several are branches. */
  readonly leaves: readonly string[];
  /** Held by another migrator, or by whoever writes to a SQLite file, which only Linux tells. */
  readonly locks: readonly HeldLock[];
  /** Why something of this could not be told: a file that does not load, a table that may not be read. */
  readonly problems: readonly string[];
}

/** Which migrations to look at; see UpgradeOptions and DowngradeOptions. */
export type PlanOptions = Pick<UpgradeOptions, "target" | "strict" | "lock" | "timeouts"> &
  Pick<DowngradeOptions, "steps">;

/** A migration that would be run. */
export interface PlannedMigration {
  readonly name: string;
  readonly direction: "forward" | "backward";
  readonly atomic: boolean;
  /** How many of its steps an earlier run has done; only of the migration that is done in part. */
  readonly progress?: Pick<HalfApplied, "direction" | "done" | "total">;
  /** Those that are left. */
  readonly operations: readonly {
    /** Its number in the file, from 1. */
    readonly number: number;
    readonly kind: Operation["kind"];
    /** In words. */
    readonly what: string;
    /** It drops a table or a column, or narrows its type. */
    readonly destructive: boolean;
    /** The table or column that holds what would be lost, as the database knows it. */
    readonly loses?: string;
    /** How many rows hold something of it, counted up to 100,000; left out where they may not be looked at. */
    readonly rows?: number;
  }[];
}

/** What a dry run has done. */
export interface TrialResult {
  readonly tried: readonly string[];
  /** What no transaction takes. */
  readonly notTried: readonly { readonly name: string; readonly what: string }[];
}

/** What `inspect` found. */
export interface InspectedModels {
  /** The text of the module. */
  readonly source: string;
  /** How many tables have a model in it. */
  readonly tables: number;
  /** What the database has and the models do not say; the same stands at the head of the module. */
  readonly unsupported: readonly Unsupported[];
}
