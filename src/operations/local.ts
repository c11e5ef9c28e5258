import { SchemaError } from "../errors.ts";
import { indexColumns, indexExpressions, mapIndex } from "../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../schema/naming.ts";
import { mentions, renameIn } from "../schema/sql-tokens.ts";
import {
  type Check,
  type Column,
  type Constraint,
  type Index,
  primaryKeyOf,
  type Table,
  withPrimaryKey,
} from "../schema/table.ts";
import { without } from "./handler.ts";
import type { AddColumn, Operation } from "./types.ts";

/**
 * What an operation makes of the one table that it names; undefined for operations that concern more than that.
 * The table alone is looked at: whether what it refers to exists is checked by the handlers.
 * @throws SchemaError where the operation does not fit the table
 */
export function applyToTable(operation: Operation, table: Table): Table | undefined {
  switch (operation.kind) {
    case "addColumn":
      return addColumn(operation, table);
    case "dropColumn":
      return dropColumn(table, operation.column);
    case "alterColumn": {
      const at = columnAt(table, operation.column.name);
      return { ...table, columns: table.columns.with(at, operation.column) };
    }
    case "renameColumn":
      return renameColumn(table, operation.from, operation.to);
    case "createIndex":
      return { ...table, indexes: [...table.indexes, operation.index] };
    case "dropIndex":
      return { ...table, indexes: without(table.indexes, indexAt(table, operation.name)) };
    case "renameIndex": {
      const at = indexAt(table, operation.from);
      const { name: _, ...index } = table.indexes[at] as Index; // indexAt has found it
      const renamed =
        indexName(table.name, index) === operation.to ? index : { ...index, name: operation.to };
      return { ...table, indexes: table.indexes.with(at, renamed) };
    }
    case "addConstraint":
      return addConstraint(table, operation.constraint);
    case "dropConstraint":
      return dropConstraint(table, operation.name);
    case "alterComment": {
      const { comment: _, ...rest } = table;
      return operation.comment === undefined ? rest : { ...rest, comment: operation.comment };
    }
    default:
      return undefined;
  }
}

/** The constraints of a column that AddColumn carries and DropColumn takes along. */
export function ownConstraints(table: Table, column: string): Pick<AddColumn, "unique" | "foreignKey"> {
  const isOwn = (columns: readonly string[]) => columns.length === 1 && columns[0] === column;
  const unique = table.uniques.find((candidate) => isOwn(candidate.columns));
  const foreignKey = table.foreignKeys.find((candidate) => isOwn(candidate.columns));
  return { ...(unique === undefined ? {} : { unique }), ...(foreignKey === undefined ? {} : { foreignKey }) };
}

function addColumn(operation: AddColumn, table: Table): Table {
  const { column, unique, foreignKey } = operation;
  if (table.columns.some((other) => other.name === column.name)) {
    throw new SchemaError(`table ${table.name} has a column ${column.name} already`);
  }
  return {
    ...table,
    columns: [...table.columns, column],
    uniques: unique === undefined ? table.uniques : [...table.uniques, unique],
    foreignKeys: foreignKey === undefined ? table.foreignKeys : [...table.foreignKeys, foreignKey],
  };
}

function dropColumn(table: Table, name: string): Table {
  const at = columnAt(table, name);
  if (table.columns.length === 1) throw new SchemaError(`${name} is the last column of table ${table.name}`);
  const { unique, foreignKey } = ownConstraints(table, name);
  const rest: Table = {
    ...table,
    columns: without(table.columns, at),
    uniques: table.uniques.filter((other) => other !== unique),
    foreignKeys: table.foreignKeys.filter((other) => other !== foreignKey),
  };
  const user = whoUses(rest, name);
  if (user === undefined) return rest;
  throw new SchemaError(
    `column ${table.name}.${name} cannot be dropped: ${user.what} uses it`,
    `drop it first: ${user.how}`,
  );
}

function whoUses(table: Table, column: string): { what: string; how: string } | undefined {
  const constraints = constraintsOf(table).filter(({ kind }) => kind !== "check");
  const named = constraints.find(
    (constraint) => "columns" in constraint && constraint.columns.includes(column),
  );
  const checking = table.checks.find((check) => mentions(check.expression, column));
  // A self reference can point at the column as well.
  const referring = table.foreignKeys.find(
    (key) => key.references.table === table.name && key.references.columns.includes(column),
  );
  const constraint = named ?? checking ?? referring;
  if (constraint !== undefined) {
    const name = constraintName(table.name, constraint);
    return { what: `the constraint ${name}`, how: `m.dropConstraint("${table.name}", "${name}")` };
  }
  const generated = table.columns.find(
    (other) => other.generated && mentions(other.generated.expression, column),
  );
  if (generated !== undefined) {
    return {
      what: `the generated column ${generated.name}`,
      how: `m.dropColumn("${table.name}", "${generated.name}")`,
    };
  }
  const index = table.indexes.find(
    (candidate) =>
      indexColumns(candidate).includes(column) ||
      indexExpressions(candidate).some((expression) => mentions(expression, column)),
  );
  if (index === undefined) return undefined;
  const name = indexName(table.name, index);
  return { what: `the index ${name}`, how: `m.dropIndex("${table.name}", "${name}")` };
}

function renameColumn(table: Table, from: string, to: string): Table {
  const at = columnAt(table, from);
  if (table.columns.some((column) => column.name === to)) {
    throw new SchemaError(`table ${table.name} has a column ${to} already`);
  }
  const nameOf = (column: string) => (column === from ? to : column);
  const renamed = (columns: readonly string[]) => columns.map(nameOf);
  const column: Column = { ...(table.columns[at] as Column), name: to }; // columnAt has found it
  return {
    ...table,
    columns: table.columns.with(at, column).map((other) => renamedInGenerated(other, from, to)),
    primaryKey: renamed(table.primaryKey),
    uniques: table.uniques.map((unique) => ({ ...unique, columns: renamed(unique.columns) })),
    indexes: table.indexes.map((index) =>
      mapIndex(index, nameOf, (expression) => renameIn(expression, from, to)),
    ),
    checks: table.checks.map(
      (check): Check => ({ ...check, expression: renameIn(check.expression, from, to) }),
    ),
    foreignKeys: table.foreignKeys.map((key) => ({
      ...key,
      columns: renamed(key.columns),
      references:
        key.references.table === table.name
          ? { ...key.references, columns: renamed(key.references.columns) }
          : key.references,
    })),
  };
}

function renamedInGenerated(column: Column, from: string, to: string): Column {
  const { generated } = column;
  if (generated === undefined) return column;
  return { ...column, generated: { ...generated, expression: renameIn(generated.expression, from, to) } };
}

function addConstraint(table: Table, constraint: Constraint): Table {
  switch (constraint.kind) {
    case "primaryKey":
      if (table.primaryKey.length > 0) throw new SchemaError(`table ${table.name} has a primary key already`);
      return withPrimaryKey(table, constraint);
    case "unique":
      return { ...table, uniques: [...table.uniques, constraint] };
    case "check":
      return { ...table, checks: [...table.checks, constraint] };
    case "foreignKey":
      return { ...table, foreignKeys: [...table.foreignKeys, constraint] };
  }
}

function dropConstraint(table: Table, name: string): Table {
  const isOther = (constraint: Constraint) => constraintName(table.name, constraint) !== name;
  const primaryKey = primaryKeyOf(table);
  if (primaryKey !== undefined && !isOther(primaryKey)) return withPrimaryKey(table, undefined);
  const rest: Table = {
    ...table,
    uniques: table.uniques.filter(isOther),
    checks: table.checks.filter(isOther),
    foreignKeys: table.foreignKeys.filter(isOther),
  };
  const count = ({ uniques, checks, foreignKeys }: Table) =>
    uniques.length + checks.length + foreignKeys.length;
  if (count(rest) < count(table)) return rest;
  throw new SchemaError(`table ${table.name} has no constraint ${name}`);
}

function columnAt(table: Table, name: string): number {
  const at = table.columns.findIndex((column) => column.name === name);
  if (at < 0) throw new SchemaError(`table ${table.name} has no column ${name}`);
  return at;
}

function indexAt(table: Table, name: string): number {
  const at = table.indexes.findIndex((index) => indexName(table.name, index) === name);
  if (at < 0) throw new SchemaError(`table ${table.name} has no index ${name}`);
  return at;
}
