/** Everything that models, migrations and programs import from "yara-orm". */

export type { Ask } from "./autodetector/ask.ts";
export type { Connection, DatabaseRow, DatabaseValue } from "./connection/connection.ts";
export type { ConnectOptions } from "./connection/open.ts";
export {
  CheckFailedError,
  ConnectionError,
  ConsentError,
  DatabaseError,
  type DatabaseErrorDetails,
  HalfAppliedError,
  LockTimeoutError,
  type Loss,
  MigrationError,
  ModelError,
  NeedsAnswerError,
  SchemaError,
  StoppedError,
  UsageError,
  YaraError,
} from "./errors.ts";
export type * from "./inferred-types.ts";
export { MigrationManager } from "./manager.ts";
export type {
  AskConsent,
  ConsentOptions,
  DowngradeOptions,
  InspectedModels,
  MakeMigrationsOptions,
  ManagerEvent,
  ManagerOptions,
  PlannedMigration,
  PlanOptions,
  TrialResult,
  UpgradeOptions,
  VerifyOptions,
} from "./manager-options.ts";
export { defineModel } from "./models/define-model.ts";
export { fields } from "./models/fields.ts";
export type { AnyModel, CreateOf, Model, RowOf } from "./models/model.ts";
export { DoesNotExist, MultipleObjectsReturned } from "./models/objects/lookup-errors.ts";
export type { QuerySet } from "./models/objects/query-set.ts";
export type { Where } from "./models/objects/types.ts";
export { YaraOrm } from "./models/objects/yara-orm.ts";
export type { Answer, OpenFill, OpenQuestion, OpenRename } from "./open-question.ts";
export { migrations } from "./operations/build.ts";
export type { CodeContext } from "./operations/code-context.ts";
export {
  type AnyOperation as Operation,
  type CustomOperation,
  defineOperation,
} from "./operations/custom.ts";
export type {
  HistoricalModel,
  HistoricalModels,
  HistoricalQuery,
  HistoricalRow,
} from "./operations/historical-models.ts";
export type { Json } from "./schema/expression.ts";
export { sql } from "./schema/sql.ts";
export {
  type Config,
  type ConfigContext,
  type ConfigFunction,
  type Duration,
  defineConfig,
  type EnvironmentConfig,
} from "./settings/config.ts";
export type { Drift } from "./verifier/drift.ts";
export type { VerifiedMigration } from "./verifier/verify.ts";
export type { CheckResult } from "./workflow/check-result.ts";
