/**
 * The types that "yara-orm" gives by inference: nobody writes them, but the declarations of a program that exports a model, an
 * operation or a result have to name them, and TypeScript names nothing that cannot be imported.
 */

export type { Activity, Blocker } from "./connection/activity.ts";
export type { Parting, Patience, TransactionsOutcome } from "./connection/connection.ts";
export type { Unsupported } from "./dialects/dialect.ts";
export type { LockHolder, LockMode } from "./dialects/lock.ts";
export type { Timeouts } from "./dialects/timeouts.ts";
export type { ErrorCode } from "./errors.ts";
export type { ContentionEvent } from "./executor/contention.ts";
export type { CopiedEvent, CopyEvent } from "./executor/copy.ts";
export type { HalfApplied } from "./executor/journal.ts";
export type { LockOptions } from "./executor/lock.ts";
export type { AppliedMigration } from "./executor/recorder.ts";
export type { LogEvent } from "./executor/target.ts";
export type { Direction } from "./executor/unit.ts";
export type { Decision, Head, HeldLock, ResolveOptions, Status } from "./manager-options.ts";
export type {
  Field,
  FieldKind,
  FieldOptions,
  Fields,
  RelationKind,
  Target as RelationTarget,
} from "./models/field.ts";
export type {
  AnyKey,
  ArrayOptions,
  CharOptions,
  ColumnOptions as FieldColumnOptions,
  DatetimeOptions,
  DecimalOptions,
  EnumOptions,
  Exact,
  IntegerOptions,
  JsonDefault,
  JsonGenerated,
  JsonNull,
  JsonOptions,
  ManyToManyOptions,
  NoOptions,
  RawDefault,
  RawGenerated,
  RawKey,
  RawNull,
  RawOptions,
  RelationOptions,
  TextOptions,
} from "./models/field-options.ts";
export type {
  CheckOptions,
  ForeignKeyOptions,
  IndexField,
  IndexKeyOptions,
  IndexOptions,
  KeyOptions,
  ModelOptions,
  UniqueOptions,
} from "./models/model-options.ts";
export type { Objects } from "./models/objects/objects.ts";
export type {
  Condition,
  KeysOf,
  Operators,
  OrderBy,
  OrderOperators,
  TextOperators,
  Update,
} from "./models/objects/types.ts";
export type { FieldName, Keyed, WithKey } from "./models/types.ts";
export type {
  AlterOptions,
  Columns,
  Concurrently,
  ConstraintSpec,
  ForeignKeySpec,
  IndexSpec,
  SqlInput,
  TableOptions,
  TriggerSpec,
} from "./operations/build.ts";
export type { ColumnOptions, ColumnSpec, Reference } from "./operations/column-spec.ts";
export type {
  Batches,
  HistoricalObjects,
  HistoricalRows,
  HistoricalWhere,
} from "./operations/historical-models.ts";
export type {
  AddColumn,
  AddConstraint,
  AlterColumn,
  AlterComment,
  AlterEnum,
  CodeFunction,
  CreateEnum,
  CreateExtension,
  CreateIndex,
  CreateSchema,
  CreateTable,
  CreateTrigger,
  CreateView,
  DropColumn,
  DropConstraint,
  DropEnum,
  DropExtension,
  DropIndex,
  DropSchema,
  DropTable,
  DropTrigger,
  DropView,
  Operation as BuiltInOperation,
  OperationKind,
  OperationOf,
  RenameColumn,
  RenameEnum,
  RenameEnumValue,
  RenameIndex,
  RenameTable,
  RunCode,
  RunSQL,
  SqlStatements,
} from "./operations/types.ts";
export type { ColumnKind, ColumnType, ElementType } from "./schema/column-type.ts";
export type { DialectName, Expression, Literal, SqlValue } from "./schema/expression.ts";
export type { EnumType } from "./schema/schema.ts";
export type { SqlExpression } from "./schema/sql.ts";
export type {
  Check,
  Column,
  Deferrable,
  ForeignKey,
  Generated,
  Index,
  IndexKey,
  IndexMethod,
  IndexPart,
  PrimaryKey,
  PrimaryKeyOptions,
  ReferentialAction,
  Table,
  Unique,
} from "./schema/table.ts";
export type { Trigger, TriggerEvent, View } from "./schema/view.ts";
export type { FoundDifference } from "./verifier/difference.ts";
export type { EditedMigration } from "./verifier/edited.ts";
export type { NotCompared } from "./verifier/initial.ts";
export type { Verified } from "./verifier/verification.ts";
