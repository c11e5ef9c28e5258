import type { Operation } from "../operations/types.ts";
import { layout } from "./layout.ts";
import { operationCode } from "./operations.ts";
import { strings } from "./values.ts";

/** What a migration file says. */
export interface MigrationSource {
  readonly dependencies: readonly string[];
  readonly operations: readonly Operation[];
  /** False: the migration runs outside a transaction. */
  readonly atomic?: boolean;
}

/**
 * The text of a migration file: formatted, typed, the same for the same data, and loaded again it is that data.
 * Throws MigrationError for an operation that cannot be printed (RunCode).
 */
export function printMigration({ dependencies, operations, atomic = true }: MigrationSource): string {
  if (operations.length === 0) {
    return file([
      'import type { Operation } from "yara-orm";',
      dependenciesStatement(dependencies),
      ...atomicStatement(atomic),
      "export const operations: Operation[] = [];",
    ]);
  }
  return file([
    'import { migrations as m } from "yara-orm";',
    dependenciesStatement(dependencies),
    ...atomicStatement(atomic),
    `export const operations = [\n${operations.map(operationLine).join("")}];`,
  ]);
}

/** The text of a migration file without operations, to be filled by hand. */
export function printEmptyMigration(dependencies: readonly string[]): string {
  return file([
    'import { migrations as m, type Operation } from "yara-orm";',
    dependenciesStatement(dependencies),
    `export const operations: Operation[] = [
  // m.runSQL("UPDATE post SET title = 'untitled' WHERE title = ''", { reverse: [] }),
  // m.runCode(async ({ models }) => {
  //   await models.table("post").objects.filter({ title: "" }).update({ title: "untitled" });
  // }),
];`,
  ]);
}

function file(statements: readonly string[]): string {
  return `${statements.join("\n\n")}\n`;
}

function dependenciesStatement(dependencies: readonly string[]): string {
  if (dependencies.length === 0) return "export const dependencies: string[] = [];";
  const head = "export const dependencies = ";
  return `${head}${layout(strings(dependencies), { indent: 0, column: head.length, after: 1 })};`;
}

function atomicStatement(atomic: boolean): string[] {
  return atomic ? [] : ["export const atomic = false;"];
}

function operationLine(operation: Operation): string {
  return `  ${layout(operationCode(operation), { indent: 2, column: 2, after: 1 })},\n`;
}
