import type { Inspection, Unsupported } from "../dialects/dialect.ts";
import { withoutBroken } from "../dialects/without-broken.ts";
import { isSystemColumn } from "../models/validate-model.ts";
import { partedColumns } from "../operations/joined-types.ts";
import { mayHaveCollation } from "../schema/column-type.ts";
import { MAX_IDENTIFIER_BYTES } from "../schema/identifier.ts";
import { repeatedColumn } from "../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../schema/naming.ts";
import { isOwnTable } from "../schema/own-tables.ts";
import { besideTable, localName, namespaceOf, tableNameProblem } from "../schema/qualified-name.ts";
import { type EnumType, type Schema, schemaOf, tablesByName } from "../schema/schema.ts";
import {
  type Column,
  type Constraint,
  type ForeignKey,
  findColumn,
  type Index,
  primaryKeyOf,
  type ReferentialAction,
  type Table,
  withPrimaryKey,
} from "../schema/table.ts";

/** The schema without what a model refuses or has no place for, and a list of that. */
export function expressible(schema: Schema): Inspection {
  const list: Unsupported[] = [];
  const leftOut = new Map<string, string[]>();
  const relations = new Set<string>();
  const keep = (path: string, problem: string | undefined) => {
    if (problem !== undefined) list.push({ path, what: problem });
    return problem === undefined;
  };
  const named = tablesByName(schema).filter(({ name }) =>
    keep(`table ${name}`, tableProblem(name) ?? claim(name, relations)),
  );
  const tables = named.map((table): Table => {
    const columns = new Set<string>();
    const isKept = (column: Column) =>
      keep(
        `table ${table.name}, column ${column.name}`,
        nameProblem(column.name) ?? claim(column.name, columns) ?? columnProblem(column, table, schema),
      );
    const kept = table.columns.filter(isKept);
    leftOut.set(
      table.name,
      table.columns.filter((column) => !kept.includes(column)).map(({ name }) => name),
    );
    return { ...withoutCollisions(table, schema, relations, keep), columns: kept };
  });
  const whole = withoutBroken(schemaOf(tables), leftOut, list);
  const used = new Set(
    tablesByName(whole.schema).flatMap(({ columns }) =>
      columns.map(({ type }) => (type.kind === "enum" ? type.name : undefined)),
    ),
  );
  const [enums, unused] = [true, false].map((wanted) =>
    [...schema.enums.values()].filter(({ name }) => used.has(name) === wanted),
  );
  return {
    schema: schemaOf(whole.schema.tables.values(), enums, undefined, schema.extensions),
    unsupported: [...whole.unsupported, ...(unused ?? []).map(unusedEnum)],
  };
}

type Keep = (path: string, problem: string | undefined) => boolean;

/** The table without constraints and indexes whose names models take for those of something else. */
function withoutCollisions(table: Table, schema: Schema, relations: Set<string>, keep: Keep): Table {
  const ofTable = new Set<string>();
  const isKept = (constraint: Constraint) => {
    const name = constraintName(table.name, constraint);
    const isRelation = constraint.kind === "unique" || constraint.kind === "primaryKey";
    const problem =
      nameProblem(name) ??
      claim(name, ofTable) ??
      (isRelation ? claim(besideTable(table.name, name), relations) : undefined);
    return keep(`table ${table.name}, constraint ${name}`, problem);
  };
  const key = primaryKeyOf(table);
  const isKeyKept = key === undefined || isKept(key);
  const kept = new Set(
    constraintsOf(table)
      .filter(({ kind }) => kind !== "primaryKey")
      .filter(isKept),
  );
  return {
    ...(isKeyKept ? table : withPrimaryKey(table, { columns: key.columns })),
    uniques: table.uniques.filter((unique) => kept.has(unique)),
    checks: table.checks.filter((check) => kept.has(check)),
    foreignKeys: table.foreignKeys
      .filter((key) => kept.has(key))
      .filter((key) =>
        keep(
          `table ${table.name}, constraint ${constraintName(table.name, key)}`,
          keyProblem(key, table, schema),
        ),
      ),
    indexes: table.indexes.filter((index) => {
      const name = indexName(table.name, index);
      const problem =
        nameProblem(name) ?? indexProblem(index) ?? claim(besideTable(table.name, name), relations);
      return keep(`table ${table.name}, index ${name}`, problem);
    }),
  };
}

function indexProblem({ columns, include = [] }: Index): string | undefined {
  const twice = repeatedColumn(columns) ?? repeatedColumn(include);
  return twice === undefined ? undefined : `names the column ${twice} twice`;
}

function keyProblem(key: ForeignKey, table: Table, schema: Schema): string | undefined {
  const { columns, onDelete, onUpdate } = key;
  const target = schema.tables.get(key.references.table);
  const parted = target && partedColumns(key, table, target);
  if (parted !== undefined) return `joins ${parted}, whose types models do not join`;
  const own = columns.map((name) => findColumn(table, name));
  const says = (action: ReferentialAction) => onDelete === action || onUpdate === action;
  if (says("setNull") && own.some((column) => column?.nullable !== true))
    return "sets NULL where NOT NULL is";
  if (says("setDefault") && own.some((column) => column?.default === undefined))
    return "sets a default where none is";
  return undefined;
}

function claim(name: string, taken: Set<string>): string | undefined {
  const key = name.toLowerCase();
  if (taken.has(key)) return "has a name that differs from another only in case, if at all";
  taken.add(key);
  return undefined;
}

function nameProblem(name: string): string | undefined {
  return Buffer.byteLength(name) > MAX_IDENTIFIER_BYTES
    ? `has a name of more than ${MAX_IDENTIFIER_BYTES} bytes`
    : undefined;
}

function tableProblem(name: string): string | undefined {
  const isReserved = /^sqlite_/i.test(name) || isOwnTable(name);
  if (isReserved) return "has a reserved name";
  return tableNameProblem(name) ?? nameProblem(namespaceOf(name) ?? "") ?? nameProblem(localName(name));
}

function columnProblem({ name, type, collation }: Column, table: Table, schema: Schema): string | undefined {
  if (collation !== undefined && !mayHaveCollation(type))
    return "has a collation, which its field does not take";
  if (name === "") return "has an empty name";
  if (isSystemColumn(name)) return "has the name of a system column of PostgreSQL";
  switch (type.kind) {
    case "char":
      return type.maxLength < 1 || type.maxLength > 10_485_760 ? "has a length that no field has" : undefined;
    case "decimal": {
      const fits = type.maxDigits >= 1 && type.maxDigits <= 1000 && type.decimalPlaces <= type.maxDigits;
      return fits ? undefined : "has a precision that no field has";
    }
    case "json":
    case "array":
      return table.primaryKey.includes(name) ? `is ${type.kind} and part of the primary key` : undefined;
    case "enum": {
      const values = schema.enums.get(type.name)?.values ?? [];
      return values.length === 0 || values.includes("")
        ? `has the enum ${type.name}, which has no value or an empty one`
        : undefined;
    }
    default:
      return undefined;
  }
}

function unusedEnum({ name, values }: EnumType): Unsupported {
  return { path: `enum ${name}`, what: `is used by no column that is expressed: ${values.join(", ")}` };
}
