import { SchemaError } from "../../errors.ts";
import { dataEqual } from "../../schema/compare.ts";
import type { SqlValue } from "../../schema/expression.ts";
import {
  type Column,
  findColumn,
  type GeneratedColumn,
  isGenerated,
  type Table,
} from "../../schema/table.ts";
import { parenthesize } from "../base-renderer.ts";
import type { RowCopy, Step } from "../dialect.ts";
import { otherValuesError } from "../other-values.ts";
import { convert } from "./convert.ts";
import { checkNames } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";
import { isRowWise } from "./row-wise.ts";
import type { Alteration } from "./table-work.ts";

/** The copy of a table's rows into the new one, and the checks that no value is lost or changed by it. */
export interface CopyPlan {
  readonly checks: readonly Step[];
  readonly insert: string;
  /** The same in parts; undefined where those would not come to the same. */
  readonly parts: RowCopy | undefined;
}

/** Plans how the rows of `work.base` become rows of the table `into`, which has the columns of `work.target`. */
export function planCopy(work: Alteration, into: string): CopyPlan {
  const copied = work.target.columns.flatMap((column) => copyColumn(column, work));
  const pairs = copied.filter(({ expression }) => expression !== undefined);
  if (pairs.length === 0) pairs.push(anyColumn(work));
  const names = sqlite.columnList(pairs.map(({ column }) => column));
  const values = pairs.map(({ expression }) => expression).join(", ");
  const insert = `INSERT INTO ${sqlite.quoteTable(into)} ${names} SELECT ${values} FROM ${sqlite.quoteTable(work.base.name)}`;
  const isSplit = [...copied, ...pairs].every(({ perRow }) => perRow);
  return {
    checks: copied.flatMap(({ checks }) => checks),
    insert,
    parts: isSplit ? partsOf(insert, work.base) : undefined,
  };
}

/** The names of a row's number (https://www.sqlite.org/lang_createtable.html, 5), each of which a column may have taken. */
const ROW_IDS = ["rowid", "_rowid_", "oid"] as const;

function partsOf(insert: string, { name, columns }: Table): RowCopy | undefined {
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  const rowId = ROW_IDS.find((candidate) => !taken.has(candidate));
  if (rowId === undefined) return undefined;
  const table = sqlite.quoteTable(name);
  const place = `${table}.${rowId}`;
  const range = (after: bigint | undefined, upTo?: bigint) => {
    const bounds = [
      ...(after === undefined ? [] : [`${place} > ${after}`]),
      ...(upTo === undefined ? [] : [`${place} <= ${upTo}`]),
    ];
    // An index in which all columns are found would be read from its beginning for each part.
    return ` NOT INDEXED${bounds.length === 0 ? "" : ` WHERE ${bounds.join(" AND ")}`}`;
  };
  return {
    table: name,
    // Both in one query of the table would read all of it.
    ends: `SELECT (SELECT min(${place}) FROM ${table}) AS "first", (SELECT max(${place}) FROM ${table}) AS "last"`,
    place: (after, n) =>
      `SELECT ${place} AS "place" FROM ${table}${range(after)} ORDER BY ${place} LIMIT 1 OFFSET ${n - 1}`,
    part: (after, upTo) => `${insert}${range(after, upTo)} ORDER BY ${place}`,
  };
}

/** A column and what it receives; without an expression it is left out, and its default applies. */
interface CopiedColumn {
  readonly column: string;
  readonly expression: string | undefined;
  readonly checks: readonly Step[];
  /** What the column gets depends on its row alone, and not on the moment either. */
  readonly perRow: boolean;
}

function copyColumn(column: Column, work: Alteration): CopiedColumn {
  const source = work.added.has(column.name)
    ? undefined
    : findColumn(work.base, work.sources.get(column.name) ?? column.name);
  if (isGenerated(column)) return computedColumn(column, source, work);
  return source === undefined ? newColumn(column, work) : keptColumn(column, source, work);
}

/** Nothing is copied into a generated column; of a plain one nothing may be lost that it would not compute. */
function computedColumn(column: GeneratedColumn, source: Column | undefined, work: Alteration): CopiedColumn {
  const left = { column: column.name, expression: undefined, checks: [], perRow: true };
  if (source === undefined || isGenerated(source)) return left;
  const x = `${sqlite.quoteTable(work.base.name)}.${sqlite.quote(source.name)}`;
  const expression = sqlite.expression(column.generated.expression);
  checkNames(expression, work.base, `the generated column ${work.target.name}.${column.name}`);
  const check: Step = {
    kind: "check",
    // The sign takes the affinity off the expression, so that it is compared as the column would keep it.
    sql: `SELECT ${x} AS "value" FROM ${sqlite.quoteTable(work.base.name)} WHERE ${x} IS NOT NULL AND ${x} IS NOT +${parenthesize(expression)} LIMIT 3`,
    explain: (rows) =>
      otherValuesError(
        work.target.name,
        column.name,
        rows.map(({ value }) => value),
      ),
    operations: work.operations,
  };
  return { ...left, checks: [check] };
}

function newColumn(column: Column, work: Alteration): CopiedColumn {
  const fill = work.added.get(column.name);
  const { primaryKey } = work.target;
  const isRowId = column.type.kind === "int" && primaryKey.length === 1 && primaryKey[0] === column.name;
  if (fill !== undefined) {
    const expression = parenthesize(fillText(fill, column, work));
    return { column: column.name, expression, checks: [], perRow: isRowWise(expression) };
  }
  const missing = !column.nullable && column.default === undefined && !isRowId;
  const place = `${work.target.name}.${column.name}`;
  const checks = missing
    ? [
        refuse(
          work,
          "1",
          `table ${work.target.name} has rows, and the new column ${place} is NOT NULL without a value for them`,
          "give the column a `fill` or a default, or let it be NULL",
        ),
      ]
    : [];
  const perRow = column.default === undefined || isRowWise(sqlite.defaultValue(column.default, column.type));
  return { column: column.name, expression: undefined, checks, perRow };
}

function keptColumn(column: Column, source: Column, work: Alteration): CopiedColumn {
  const change = work.altered.get(column.name);
  // Qualified, because SQLite takes an unknown "name" for a text and would copy that into every row.
  const x = `${sqlite.quoteTable(work.base.name)}.${sqlite.quote(source.name)}`;
  const place = `${work.target.name}.${column.name}`;
  const checks: Step[] = [];
  let value = x;
  if (change?.using !== undefined) {
    checkNames(change.using, work.base, `\`using\` of ${place}`);
    value = parenthesize(change.using);
  } else if (!dataEqual(source.type, column.type)) {
    const { expression, refused } = convert(x, source.type, column.type);
    value = expression;
    if (refused !== undefined) {
      checks.push(
        refuse(
          work,
          `${x} IS NOT NULL AND (${refused}) IS NOT 0`,
          `column ${place} holds values that are no ${sqlite.typeName(column.type)}`,
          "correct the rows before, or say with `using` how they are converted",
          x,
        ),
      );
    }
  }
  const fill = change?.fill;
  if (fill !== undefined) value = `COALESCE(${value}, ${fillText(fill, column, work)})`;
  const isFilled = fill !== undefined && "value" in fill && fill.value !== null;
  if (!column.nullable && !isFilled && (source.nullable || change?.using !== undefined)) {
    checks.push(
      refuse(
        work,
        `${value} IS NULL`,
        `column ${place} becomes NOT NULL and has no value in some rows`,
        "give the operation a `fill`, or fill the rows before",
      ),
    );
  }
  const own = [change?.using, fill === undefined ? undefined : fillText(fill, column, work)];
  const perRow = own.every((text) => text === undefined || isRowWise(text));
  return { column: column.name, expression: value, checks, perRow };
}

function fillText(fill: SqlValue, column: Column, { base }: Alteration): string {
  const text = sqlite.sqlValue(fill, column.type);
  if ("expression" in fill) checkNames(text, base, `\`fill\` of ${base.name}.${column.name}`);
  return text;
}

/** Where every column is left out, one has to be named for the rows to be there. */
function anyColumn({ target }: Alteration): CopiedColumn {
  const column =
    target.columns.find(({ autoIncrement }) => autoIncrement) ??
    target.columns.find((other) => !isGenerated(other));
  if (column === undefined) throw new SchemaError(`table ${target.name} has no column`);
  const expression = column.default === undefined ? "NULL" : sqlite.defaultValue(column.default, column.type);
  return { column: column.name, expression, checks: [], perRow: isRowWise(expression) };
}

function refuse(work: Alteration, condition: string, message: string, hint: string, value = "1"): Step {
  return {
    kind: "check",
    sql: `SELECT ${value} AS "value" FROM ${sqlite.quoteTable(work.base.name)} WHERE ${condition} LIMIT 3`,
    explain: (rows) => {
      const shown = value === "1" ? "" : `: ${rows.map((row) => show(row.value)).join(", ")}`;
      return new SchemaError(`${message}${shown}`, hint);
    },
    operations: work.operations,
  };
}

function show(value: unknown): string {
  const text = value instanceof Uint8Array ? `x'${value.toHex()}'` : asJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function asJson(value: unknown): string {
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
}
