import { tableOf } from "../../operations/handler.ts";
import type {
  CodeFunction,
  Operation,
  OperationKind,
  OperationOf,
  RenameColumn,
  SqlStatements,
} from "../../operations/types.ts";
import type { Table } from "../../schema/table.ts";
import { triggerKey } from "../../schema/view.ts";
import type { Change, Rendering, Step } from "../dialect.ts";
import { type PlacedChange, suspendViews } from "../suspended-views.ts";
import { affectedBy } from "./affected-views.ts";
import { addColumn, alterColumn } from "./alter-column.ts";
import { alterEnum } from "./alter-enum.ts";
import type { Question } from "./counting.ts";
import { renameDerived } from "./derived-names.ts";
import { dropConstraint, dropIndex } from "./drop-key.ts";
import { createExtension, dropExtension } from "./extensions.ts";
import type { Refusal } from "./generated.ts";
import { giveBelongings, noteBelongings } from "./kept-views.ts";
import { type ColumnActions, mergeAlters, type Placed } from "./merge-alters.ts";
import { createSchema, dropSchema } from "./namespaces.ts";
import { renameTable } from "./rename-table.ts";
import { postgresRenderer as sql } from "./renderer.ts";
import { checkEnumName } from "./reserved-types.ts";
import {
  createTrigger,
  createView,
  dropTrigger,
  dropView,
  normalizeTrigger,
  normalizeView,
} from "./views.ts";

/** A change, and what follows it in the same transaction. */
interface Context extends PlacedChange {
  readonly later: () => readonly Operation[];
}

/** A statement or a part of one, code of the user's, what must hold, or what depends on what is there. */
type Part = Whole | ColumnActions;
type Whole = string | CodeFunction | Refusal | Question;

type Render<O> = (operation: O, context: Context) => readonly Part[];

/** One row for each kind of operation; a missing one does not compile. */
const RENDER: { readonly [K in OperationKind]: Render<OperationOf<K>> } = {
  createTable: ({ table }, { after }) => [
    sql.createTable(table, after),
    ...sql.repeatedConstraints(table),
    ...table.indexes.map((index) => sql.createIndex(table.name, index)),
    ...comments(table),
  ],
  dropTable: ({ table }) => [sql.dropTable(table)],
  renameTable,
  addColumn: (operation, { after }) => addColumn(operation, after),
  dropColumn: ({ table, column }) => sql.alterTable(table, [`DROP COLUMN ${sql.quote(column)}`]),
  alterColumn: (operation, { before, after }) => alterColumn(operation, before, after),
  renameColumn,
  createIndex: ({ table, index, concurrently }) => [indexSql(sql.createIndex(table, index), concurrently)],
  // What refuses a transaction has nothing around it.
  dropIndex: (operation, change) =>
    operation.concurrently
      ? [indexSql(sql.dropIndex(operation.table, operation.name), true)]
      : dropIndex(operation, change),
  renameIndex: ({ table, from, to }) =>
    from === to ? [] : [`ALTER INDEX ${sql.quoteBeside(table, from)} RENAME TO ${sql.quote(to)}`],
  addConstraint: ({ table, constraint }) =>
    sql.alterTable(table, [`ADD ${sql.constraintClause(table, constraint)}`]),
  dropConstraint,
  createEnum: ({ type }) => [sql.createEnum(checkEnumName(type))],
  alterEnum: (operation, { before, later }) => alterEnum(operation, before, later()),
  renameEnum: ({ from, to }) => [`ALTER TYPE ${sql.quote(from)} RENAME TO ${sql.quote(to)}`],
  // Rows and defaults hold the value itself, not its name.
  renameEnumValue: ({ name, from, to }) => [
    `ALTER TYPE ${sql.quote(name)} RENAME VALUE ${sql.quoteText(from)} TO ${sql.quoteText(to)}`,
  ],
  dropEnum: ({ name }) => [`DROP TYPE ${sql.quote(name)}`],
  createSchema,
  dropSchema,
  createExtension: ({ name }) => [createExtension(name)],
  dropExtension: ({ name }) => [dropExtension(name)],
  alterComment: ({ table, comment }) => [sql.commentOnTable(table, comment)],
  createView: ({ view }, { after, suspension }) => {
    const normal = normalizeView(view, after);
    return [createView(normal), ...(suspension ? [giveBelongings(normal)] : [])];
  },
  dropView: ({ name }, { before, suspension }) => {
    const view = before.views.get(name);
    if (view === undefined) return [];
    const normal = normalizeView(view, before);
    return [...(suspension ? [noteBelongings(normal)] : []), dropView(normal)];
  },
  createTrigger: ({ trigger }, { after }) => normalizeTrigger(trigger, after).flatMap(createTrigger),
  dropTrigger: (operation, { before }) => {
    const trigger = before.triggers.get(triggerKey(operation));
    return trigger === undefined ? [] : normalizeTrigger(trigger, before).flatMap(dropTrigger);
  },
  runSQL: ({ sql: statements }) => statementsOf(statements),
  runCode: ({ forward }) => [forward],
};

/** The steps of a migration on PostgreSQL, operation by operation. @throws SchemaError where one has no SQL */
export function render(changes: readonly Change[]): Rendering {
  const parts = suspendViews(changes, affectedBy).flatMap((change) => {
    const { position } = change;
    const later = () => changes.slice(position + 1).map(({ operation }) => operation);
    return renderOne({ ...change, later }).map((part): Placed<Part> => ({ part, operations: [position] }));
  });
  return { before: [], steps: mergeAlters<Whole>(parts, readOf).map(toStep), after: [] };
}

function readOf(part: Whole): string | undefined {
  return typeof part === "object" && "explain" in part ? part.reads : undefined;
}

function toStep({ part, operations }: Placed<Whole>): Step {
  if (typeof part === "string") return { kind: "sql", sql: part, operations };
  if (typeof part === "function") return { kind: "code", run: part, operations };
  return "explain" in part
    ? { kind: "check", sql: part.sql, explain: part.explain, operations }
    : { kind: "query", ...part, operations };
}

function renderOne(context: Context): readonly Part[] {
  // The table maps each kind to the function for that very kind, which the type of a lookup cannot say.
  const one = RENDER[context.operation.kind] as Render<Operation>;
  return one(context.operation, context);
}

function comments(table: Table): string[] {
  const columns = table.columns.flatMap(({ name, comment }) =>
    comment ? [sql.commentOnColumn(table.name, name, comment)] : [],
  );
  return table.comment ? [sql.commentOnTable(table.name, table.comment), ...columns] : columns;
}

function renameColumn({ table, from, to }: RenameColumn, { before, after }: Context): string[] {
  return [
    ...sql.alterTable(table, [`RENAME COLUMN ${sql.quote(from)} TO ${sql.quote(to)}`]),
    ...renameDerived(tableOf(before, table), tableOf(after, table)),
  ];
}

/** CREATE INDEX or DROP INDEX, as it is or concurrently. */
function indexSql(statement: string, concurrently = false): string {
  return concurrently ? statement.replace("INDEX", "INDEX CONCURRENTLY") : statement;
}

function statementsOf(statements: SqlStatements): readonly string[] {
  return "postgres" in statements ? statements.postgres : statements;
}
