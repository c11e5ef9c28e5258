import type { ColumnType } from "../schema/column-type.ts";

/** A column of a model with its relations resolved: what the query layer needs to know of it. */
export interface ColumnMeta {
  /** The key in rows, in `create` and in conditions: the field's name, for a relation `authorId`. */
  readonly attribute: string;
  /** For a foreign key or one-to-one field its own name (`author`), under which a row of the target may be given. */
  readonly relation?: {
    readonly field: string;
    readonly target: () => ModelMeta;
    readonly targetAttribute: string;
  };
  readonly column: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
  readonly autoIncrement: boolean;
  /** The application's default: a value, or a function that is called for each row. */
  readonly default?: unknown;
  /** The database supplies a value where none is given. */
  readonly hasDatabaseDefault: boolean;
  /** The database computes the value; nobody writes to it. */
  readonly generated?: true;
  /** Set to the present moment on create (`autoNowAdd`) or on create and update (`autoNow`). */
  readonly auto?: "autoNow" | "autoNowAdd";
}

/** A model with its relations resolved. */
export interface ModelMeta {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly ColumnMeta[];
  /** Attributes, `-` before one means descending. */
  readonly ordering: readonly string[];
  /** Of a table at a point of the history: the migration that sees it so. Its attributes are the names of its columns. */
  readonly place?: string;
}
