/**
 * The types that "yara-orm" gives by inference: nobody writes them, but the declarations of a program that exports a model, an
 * operation or a result have to name them, and TypeScript names nothing that cannot be imported.
 */

export type { Activity } from "./connection/activity.ts";
export type { Parting, TransactionsOutcome } from "./connection/connection.ts";
export type { Unsupported } from "./dialects/dialect.ts";
export type { LockHolder } from "./dialects/lock.ts";
export type { Timeouts } from "./dialects/timeouts.ts";
export type { ErrorCode } from "./errors.ts";
export type { HalfApplied } from "./executor/journal.ts";
export type { LockOptions } from "./executor/lock.ts";
export type { AppliedMigration } from "./executor/recorder.ts";
export type { Decision, Head, HeldLock, ResolveOptions, Status } from "./manager-options.ts";
export type { Field, FieldKind, Fields, Target as RelationTarget } from "./models/field.ts";
export type {
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
export type { KeyOptions, ModelOptions } from "./models/model-options.ts";
export type { Objects } from "./models/objects/objects.ts";
export type { Keyed, WithKey } from "./models/types.ts";
export type {
  AlterOptions,
  Columns,
  Concurrently,
  ConstraintSpec,
  IndexSpec,
  SqlInput,
  TableOptions,
  TriggerSpec,
} from "./operations/build.ts";
export type { ColumnOptions, ColumnSpec, Reference } from "./operations/column-spec.ts";
export type { HistoricalObjects, HistoricalRows } from "./operations/historical-models.ts";
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
  RenameColumn,
  RenameEnum,
  RenameEnumValue,
  RenameIndex,
  RenameTable,
  RunCode,
  RunSQL,
  SqlStatements,
} from "./operations/types.ts";
export type { ColumnType } from "./schema/column-type.ts";
export type { DialectName, Expression, Literal, SqlValue } from "./schema/expression.ts";
export type { EnumType } from "./schema/schema.ts";
export type { SqlExpression } from "./schema/sql.ts";
export type {
  Check,
  Column,
  ForeignKey,
  Generated,
  Index,
  IndexKey,
  IndexPart,
  PrimaryKey,
  Table,
  Unique,
} from "./schema/table.ts";
export type { Trigger, View } from "./schema/view.ts";
export type { FoundDifference } from "./verifier/difference.ts";
export type { EditedMigration } from "./verifier/edited.ts";
