import { diffSchemas } from "../../src/autodetector/diff.ts";
import { sqlText } from "../../src/executor/sql-text.ts";
import type { AnyModel } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import type { Operation } from "../../src/operations/types.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { printMigration } from "../../src/source/migration-file.ts";
import { dialectFor } from "./dialects.ts";
import { changesOf } from "./migrating.ts";

/** What a change of models comes to, as one document: the operations as a file has them, and their SQL. */
export function golden(before: readonly AnyModel[], after: readonly AnyModel[]): string {
  const from = schemaFromModels(before);
  return documentOf(from, diffSchemas(from, schemaFromModels(after)).operations);
}

/** What hand-written operations come to on tables that are there already. */
export function goldenOperations(before: readonly Operation[], operations: readonly Operation[]): string {
  const from = changesOf(before, EMPTY_SCHEMA).at(-1)?.after ?? EMPTY_SCHEMA;
  return documentOf(from, operations);
}

function documentOf(from: Schema, operations: readonly Operation[]): string {
  const file = printMigration({ dependencies: [], operations });
  const changes = changesOf(operations, from);
  const unit = { name: "0002_golden", direction: "forward", atomic: true, changes } as const;
  const sql = (name: "postgres" | "sqlite") => sqlText(dialectFor(name), unit).join("\n");
  const calls = file.slice(file.indexOf("export const operations"));
  return `\n${calls}\n-- postgres\n${sql("postgres")}\n\n-- sqlite\n${sql("sqlite")}\n`;
}
