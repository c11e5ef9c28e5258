import { quoteIdentifier } from "../../dialects/quoting.ts";
import { UsageError } from "../../errors.ts";
import { resolveKey } from "./attributes.ts";
import { boundColumn, compileFilters, type Filter } from "./compile-where.ts";
import { selectList } from "./rows.ts";
import type { BoundColumn, Statement, Target } from "./target.ts";

/** What a query set asks for, as plain data. */
export interface Query {
  readonly filters: readonly Filter[];
  /** Attributes, `-` before one means descending; undefined: the order of the model. */
  readonly order?: readonly string[];
  readonly limit?: number;
  readonly offset?: number;
  /** The attributes that were picked; undefined: all. */
  readonly names?: readonly string[];
}

/** The columns that the query picks. Throws UsageError for an unknown name. */
export function pickedColumns(target: Target, query: Query): readonly BoundColumn[] {
  if (query.names === undefined) return target.columns;
  return query.names.map((name) => boundColumn(target, resolveKey(target.meta, name).column.attribute));
}

/** SELECT of those columns; `more` are conditions besides the query's. */
export function selectSql(
  target: Target,
  statement: Statement,
  query: Query,
  columns: readonly BoundColumn[],
  more: readonly string[] = [],
): string {
  return `SELECT ${selectList(columns)} ${tailSql(target, statement, query, more)}`;
}

/** The number of rows of the query, as the column `n`. */
export function countSql(target: Target, statement: Statement, query: Query): string {
  const { limit, offset, filters } = query;
  if (limit === undefined && offset === undefined) {
    return `SELECT count(*) AS "n" ${tailSql(target, statement, { filters, order: [] })}`;
  }
  return `SELECT count(*) AS "n" FROM (SELECT 1 ${tailSql(target, statement, { ...query, order: [] })}) AS "sliced"`;
}

/** ` WHERE ...`, or nothing. */
export function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

/** The attributes that the query sorts by. */
export function orderOf(target: Target, query: Query): readonly string[] {
  return query.order ?? target.meta.ordering;
}

/** The terms of ORDER BY. NULLs are the largest values, on every database. Throws UsageError for an unknown name. */
export function orderTerms(target: Target, order: readonly string[]): string[] {
  return order.flatMap((term) => {
    const descending = term.startsWith("-");
    const { column: meta } = resolveKey(target.meta, descending ? term.slice(1) : term);
    if (meta.type.kind === "json")
      throw new UsageError(`${target.meta.name}.${meta.attribute}: JSON has no order`);
    const column = boundColumn(target, meta.attribute);
    const terms = column.codec.orderBy(column.sql, descending ? "DESC" : "ASC");
    // Alone it would keep the index from being used; so only where there can be a NULL.
    if (!meta.nullable) return terms;
    return [`${column.sql} IS NULL ${descending ? "DESC" : "ASC"}`, ...terms];
  });
}

function tailSql(target: Target, statement: Statement, query: Query, more: readonly string[] = []): string {
  const where = whereSql([...compileFilters(target, statement, query.filters), ...more]);
  const terms = orderTerms(target, orderOf(target, query));
  const order = terms.length === 0 ? "" : ` ORDER BY ${terms.join(", ")}`;
  return `FROM ${target.table}${where}${order}${sliceSql(target, statement, query)}`;
}

const MAX_INT64 = 2n ** 63n - 1n;

function sliceSql(target: Target, statement: Statement, { limit, offset }: Query): string {
  if (limit === undefined && offset === undefined) return "";
  const codec = target.values.codec({ kind: "bigInt" }, quoteIdentifier);
  const bind = (value: bigint) => codec.parameter(statement.bind(codec.toDatabase(value)));
  // SQLite has no OFFSET without a LIMIT.
  const first = ` LIMIT ${bind(limit === undefined ? MAX_INT64 : BigInt(limit))}`;
  return offset === undefined ? first : `${first} OFFSET ${bind(BigInt(offset))}`;
}
