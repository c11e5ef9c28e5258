import { MigrationError } from "../errors.ts";
import type { AddColumn, Operation, OperationKind, OperationOf, SqlStatements } from "../operations/types.ts";
import type { Expression } from "../schema/expression.ts";
import type { Constraint } from "../schema/table.ts";
import type { Trigger } from "../schema/view.ts";
import { array, type Code, call, type Entry, object, text } from "./code.ts";
import { columnCode, isOfOneColumn, primaryKeyEntries, uniqueEntries } from "./columns.ts";
import { createTableCode, foreignKeyCode, indexEntries, indexPartsCode } from "./tables.ts";
import { expression, sqlValue, string, stringLiteral, strings, templateLiteral } from "./values.ts";

/** The call that builds the operation. Throws MigrationError for one that no call builds, as RunCode. */
export function operationCode(operation: Operation): Code {
  // The table maps each kind to the printer of that very kind, which the type of a lookup cannot say.
  return (printers[operation.kind] as (operation: Operation) => Code)(operation);
}

/** One row for each kind of operation; a missing one does not compile. */
const printers: { readonly [K in OperationKind]: (operation: OperationOf<K>) => Code } = {
  createTable: ({ table }) => createTableCode(table),
  dropTable: ({ table }) => call("m.dropTable", [string(table)]),
  renameTable: ({ from, to }) => call("m.renameTable", [string(from), string(to)]),
  addColumn: addColumnCode,
  dropColumn: ({ table, column }) => call("m.dropColumn", [string(table), string(column)]),
  alterColumn: ({ table, column, using, fill }) =>
    call("m.alterColumn", [
      string(table),
      string(column.name),
      columnCode(column),
      object([
        using === undefined ? undefined : ["using", expression(using)],
        fill && ["fill", sqlValue(fill)],
      ]),
    ]),
  renameColumn: ({ table, from, to }) => call("m.renameColumn", [table, from, to].map(string)),
  createIndex: ({ table, index, concurrently }) =>
    call("m.createIndex", [
      string(table),
      indexPartsCode(index),
      object([...indexEntries(index), concurrentEntry(concurrently)]),
    ]),
  dropIndex: ({ table, name, concurrently }) =>
    call("m.dropIndex", [string(table), string(name), object([concurrentEntry(concurrently)])]),
  renameIndex: ({ table, from, to }) => call("m.renameIndex", [table, from, to].map(string)),
  addConstraint: ({ table, constraint }) =>
    call("m.addConstraint", [string(table), constraintCode(constraint)]),
  dropConstraint: ({ table, name }) => call("m.dropConstraint", [table, name].map(string)),
  createEnum: ({ type }) => call("m.createEnum", [string(type.name), strings(type.values)]),
  alterEnum: ({ type }) => call("m.alterEnum", [string(type.name), strings(type.values)]),
  renameEnum: ({ from, to }) => call("m.renameEnum", [from, to].map(string)),
  renameEnumValue: ({ name, from, to }) => call("m.renameEnumValue", [name, from, to].map(string)),
  dropEnum: ({ name }) => call("m.dropEnum", [string(name)]),
  createSchema: ({ name }) => call("m.createSchema", [string(name)]),
  dropSchema: ({ name }) => call("m.dropSchema", [string(name)]),
  createExtension: ({ name }) => call("m.createExtension", [string(name)]),
  dropExtension: ({ name }) => call("m.dropExtension", [string(name)]),
  alterComment: ({ table, comment }) =>
    call("m.alterComment", [string(table), comment === undefined ? undefined : string(comment)]),
  createView: ({ view: { name, definition, materialized } }) =>
    call("m.createView", [
      string(name),
      queryCode(definition),
      object([materialized && ["materialized", text("true")]]),
    ]),
  dropView: ({ name }) => call("m.dropView", [string(name)]),
  createTrigger: ({ trigger }) =>
    call("m.createTrigger", [string(trigger.table), string(trigger.name), triggerCode(trigger)]),
  dropTrigger: ({ table, name }) => call("m.dropTrigger", [table, name].map(string)),
  runSQL: ({ sql, reverse }) =>
    call("m.runSQL", [statementsCode(sql), object([reverse && ["reverse", statementsCode(reverse)]])]),
  runCode: () => {
    throw new MigrationError(
      "an operation made by m.runCode holds functions and cannot be written into a file",
      "write it into the migration file by hand",
    );
  },
};

function concurrentEntry(concurrently: boolean | undefined): Entry | undefined {
  return concurrently === true ? ["concurrently", text("true")] : undefined;
}

function addColumnCode({ table, column, unique, foreignKey, fill }: AddColumn): Code {
  const isOwn = (constraint: Constraint) =>
    constraint.kind !== "check" && constraint.columns.length === 1 && constraint.columns[0] === column.name;
  if (
    (unique !== undefined && !isOwn(unique)) ||
    (foreignKey !== undefined && !(isOwn(foreignKey) && isOfOneColumn(foreignKey)))
  ) {
    throw new MigrationError(
      `the column ${table}.${column.name} is added with a constraint that covers other columns`,
      "add the constraint by an operation of its own, m.addConstraint",
    );
  }
  return call("m.addColumn", [
    string(table),
    string(column.name),
    columnCode(column, { unique, foreignKey }),
    object([fill && ["fill", sqlValue(fill)]]),
  ]);
}

function constraintCode(constraint: Constraint): Code {
  switch (constraint.kind) {
    case "primaryKey":
      return object([["primaryKey", strings(constraint.columns)], ...primaryKeyEntries(constraint)]);
    case "unique":
      return object([["unique", strings(constraint.columns)], ...uniqueEntries(constraint)]);
    case "check":
      return object([
        ["check", expression(constraint.expression)],
        ["name", string(constraint.name)],
      ]);
    case "foreignKey":
      return foreignKeyCode("foreignKey", constraint);
  }
}

function queryCode(query: Expression): Code {
  if (typeof query === "string") return sqlText(query);
  return object([
    ["postgres", sqlText(query.postgres)],
    ["sqlite", sqlText(query.sqlite)],
  ]);
}

function triggerCode({ timing, events, columns, forEach, when, postgres, sqlite }: Trigger): Code {
  return object([
    ["timing", string(timing)],
    ["events", strings(events)],
    columns && ["columns", strings(columns)],
    forEach && ["forEach", string(forEach)],
    when === undefined ? undefined : ["when", expression(when)],
    postgres === undefined
      ? undefined
      : [
          "postgres",
          typeof postgres === "string" ? sqlText(postgres) : object([["execute", string(postgres.execute)]]),
        ],
    sqlite === undefined ? undefined : ["sqlite", sqlText(sqlite)],
  ]);
}

function statementsCode(statements: SqlStatements): Code {
  if (!("postgres" in statements)) return oneOrMore(statements);
  return object([
    ["postgres", oneOrMore(statements.postgres)],
    ["sqlite", oneOrMore(statements.sqlite)],
  ]);
}

function oneOrMore(statements: readonly string[]): Code {
  const [first] = statements;
  return statements.length === 1 && first !== undefined ? sqlText(first) : array(statements.map(sqlText));
}

function sqlText(statement: string): Code {
  return text(statement.includes("\n") ? templateLiteral(statement) : stringLiteral(statement));
}
