import type { SqlValue } from "../../schema/expression.ts";
import type { Check, Table } from "../../schema/table.ts";

/** How the rows that exist get the value of an altered column. */
export interface ColumnChange {
  readonly using?: string | undefined;
  readonly fill?: SqlValue | undefined;
}

/** What some neighbouring operations come to for one table; both ends are normalized. */
export interface TableWork {
  /** The table as the database has it; undefined where it is new. */
  readonly base: Table | undefined;
  /** The table as it is to be; undefined where it is dropped. */
  readonly target: Table | undefined;
  /** The columns that are new, also under the name of one that was dropped, and the value for existing rows. */
  readonly added: ReadonlyMap<string, SqlValue | undefined>;
  readonly altered: ReadonlyMap<string, ColumnChange>;
  /** The columns that a rebuild renames: the new name and the one in `base`. */
  readonly sources: ReadonlyMap<string, string>;
  /** The checks of `base` as the database has them: what has been renamed since has its new name in their texts. */
  readonly storedChecks: readonly Check[];
  /** The operations, by their index in the migration. */
  readonly operations: readonly number[];
}

/** Work that changes a table which stays. */
export interface Alteration extends TableWork {
  readonly base: Table;
  readonly target: Table;
}
