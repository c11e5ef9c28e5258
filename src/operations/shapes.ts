import { isSql } from "../schema/sql.ts";
import {
  code,
  data,
  flag,
  integer,
  kinds,
  list,
  name,
  object,
  type Shape,
  text,
  textOr,
  word,
} from "../shape.ts";
import type { Operation, OperationKind } from "./types.ts";

const expressionText = textOr(text, object({ postgres: text, sqlite: text }));

const expression: Shape = (value, at) =>
  isSql(value)
    ? `${at} is m.sql(...), which stands where there could be a plain value, too: give its text`
    : expressionText(value, at);

const sqlValue: Shape = (value, at) =>
  typeof value === "object" && value !== null && "expression" in value
    ? object({ expression })(value, at)
    : object({ value: data })(value, at);

const kind = text;

const elements = {
  ...Object.fromEntries(
    [
      "smallInt",
      "int",
      "bigInt",
      "float",
      "text",
      "binary",
      "boolean",
      "datetime",
      "date",
      "time",
      "duration",
      "uuid",
    ].map((element) => [element, object({ kind })]),
  ),
  decimal: object({ kind, maxDigits: integer(1), decimalPlaces: integer(0) }),
  char: object({ kind, maxLength: integer(1) }),
};

const columnType = kinds({
  ...elements,
  json: object({ kind }),
  enum: object({ kind, name }),
  array: object({ kind, of: kinds(elements) }),
  raw: object({ kind, type: expression }),
});

const column = object(
  { name, type: columnType, nullable: flag },
  {
    collation: expression,
    default: sqlValue,
    autoIncrement: word(true),
    generated: object({ expression, stored: flag }),
    comment: text,
  },
);

const names = list(name);
const action = word("noAction", "restrict", "cascade", "setNull", "setDefault");
const deferrable = word("immediate", "deferred");

const foreignKey = object(
  {
    kind,
    columns: names,
    references: object({ table: name, columns: names }),
    onDelete: action,
    onUpdate: action,
  },
  { name, deferrable },
);
const unique = object({ kind, columns: names }, { name, deferrable, nullsNotDistinct: word(true) });
const check = object({ kind, name, expression });
const primaryKey = object({ kind, columns: names }, { name, deferrable });

const indexPart = textOr(
  name,
  object({}, { column: name, expression, order: word("desc"), nulls: word("first", "last"), opclass: name }),
);

const index = object(
  { columns: list(indexPart), unique: flag },
  {
    name,
    where: expression,
    include: names,
    method: word("hash", "gin", "gist", "spgist", "brin"),
  },
);

const table = object(
  {
    name,
    columns: list(column),
    primaryKey: names,
    foreignKeys: list(foreignKey),
    uniques: list(unique),
    checks: list(check),
    indexes: list(index),
  },
  { primaryKeyOptions: object({}, { name, deferrable }), comment: text },
);

const enumType = object({ name, values: list(text) });

const trigger = object(
  {
    name,
    table: name,
    timing: word("before", "after", "insteadOf"),
    events: list(word("insert", "update", "delete")),
  },
  {
    columns: names,
    forEach: word("statement"),
    when: expression,
    postgres: textOr(text, object({ execute: text })),
    sqlite: text,
  },
);

const statements: Shape = (value, at) =>
  Array.isArray(value)
    ? list(text)(value, at)
    : object({ postgres: list(text), sqlite: list(text) })(value, at);

const renamed = object({ kind, from: name, to: name });
const renamedPart = object({ kind, table: name, from: name, to: name });
const named = object({ kind, name });
const namedPart = object({ kind, table: name, name });

const OPERATIONS: Readonly<Record<OperationKind, Shape>> = {
  createTable: object({ kind, table }),
  dropTable: object({ kind, table: name }),
  renameTable: renamed,
  addColumn: object({ kind, table: name, column }, { unique, foreignKey, fill: sqlValue }),
  dropColumn: object({ kind, table: name, column: name }),
  alterColumn: object({ kind, table: name, column }, { using: expression, fill: sqlValue }),
  renameColumn: renamedPart,
  createIndex: object({ kind, table: name, index }, { concurrently: flag }),
  dropIndex: object({ kind, table: name, name }, { concurrently: flag }),
  renameIndex: renamedPart,
  addConstraint: object({
    kind,
    table: name,
    constraint: kinds({ primaryKey, foreignKey, unique, check }),
  }),
  dropConstraint: namedPart,
  createEnum: object({ kind, type: enumType }),
  alterEnum: object({ kind, type: enumType }),
  renameEnum: renamed,
  renameEnumValue: object({ kind, name, from: text, to: text }),
  dropEnum: named,
  createSchema: named,
  dropSchema: named,
  createExtension: named,
  dropExtension: named,
  alterComment: object({ kind, table: name }, { comment: text }),
  createView: object({ kind, view: object({ name, definition: expression }, { materialized: word(true) }) }),
  dropView: named,
  createTrigger: object({ kind, trigger }),
  dropTrigger: namedPart,
  runSQL: object({ kind, sql: statements }, { reverse: statements }),
  runCode: object({ kind, forward: code }, { backward: code }),
};

const operation = kinds(OPERATIONS);

/**
 * What is wrong with an operation first, in words, or undefined: files are loaded without a look at their types, and
 * what a database keeps may have been changed there.
 */
export function operationShapeProblem(value: unknown): string | undefined {
  return operation(value, "");
}

/** True for an operation. */
export function isOperation(value: unknown): value is Operation {
  return operationShapeProblem(value) === undefined;
}
