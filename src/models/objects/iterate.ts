import type { DatabaseRow } from "../../connection/connection.ts";
import type { ModelMeta } from "../meta.ts";
import { orderOf, pickedColumns, type Query, selectSql } from "./query.ts";
import { decodeRow } from "./rows.ts";
import { currentSession } from "./session.ts";
import { type BoundColumn, bindModel, Statement, type Target } from "./target.ts";

/** The rows of `batchesOf`, one by one. */
export async function* iterateRows(
  meta: ModelMeta,
  query: Query,
  batchSize: number,
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  for await (const batch of batchesOf(meta, query, batchSize)) yield* batch;
}

/**
 * The rows of a query in batches that are not empty, each row at most once, whatever the loop does to rows that it has seen. Without an
 * order the rows come by primary key, and each batch begins after the last key of the one before, up to the largest
 * key of the beginning. With an order, a limit or an offset the keys are read first, and rows that are gone or no
 * longer match when their batch is read are left out.
 */
export async function* batchesOf(
  meta: ModelMeta,
  query: Query,
  batchSize: number,
): AsyncGenerator<Record<string, unknown>[], void, undefined> {
  const target = bindModel(meta, currentSession().connection.dialect);
  const columns = pickedColumns(target, query);
  const sliced = query.limit !== undefined || query.offset !== undefined;
  const inKeyOrder = !sliced && orderOf(target, query).length === 0 && target.primaryKey.length > 0;
  const scan: Scan = { target, query, columns: [...columns, ...target.primaryKey], width: columns.length };
  for await (const batch of inKeyOrder ? byKey(scan, batchSize) : byListedKeys(scan, batchSize)) {
    if (batch.length > 0) yield batch.map((raw) => decodeRow(target, columns, raw));
  }
}

interface Scan {
  readonly target: Target;
  readonly query: Query;
  /** What is read: the picked columns, `width` of them, then the primary key. */
  readonly columns: readonly BoundColumn[];
  readonly width: number;
}

async function* byKey(
  { target, query, columns, width }: Scan,
  batchSize: number,
): AsyncGenerator<DatabaseRow[]> {
  const { filters } = query;
  const names = target.primaryKey.map((column) => column.meta.attribute);
  const last = await select(
    target,
    { filters, order: names.map((name) => `-${name}`), limit: 1 },
    target.primaryKey,
  );
  const end = last[0] && keyOf(target, last[0], 0);
  let seen: readonly unknown[] | undefined;
  while (end !== undefined) {
    const bounds = (statement: Statement) => [
      `NOT ${after(target, statement, end)}`,
      ...(seen === undefined ? [] : [after(target, statement, seen)]),
    ];
    const rows = await select(target, { filters, order: names, limit: batchSize }, columns, bounds);
    const lastRow = rows.at(-1);
    if (lastRow !== undefined) seen = keyOf(target, lastRow, width);
    yield rows;
    if (rows.length < batchSize) return;
  }
}

async function* byListedKeys(
  { target, query, columns, width }: Scan,
  batchSize: number,
): AsyncGenerator<DatabaseRow[]> {
  const { primaryKey, values } = target;
  // Without a key there is nothing by which a row could be found again.
  if (primaryKey.length === 0) {
    const rows = await select(target, query, columns);
    for (let start = 0; start < rows.length; start += batchSize) yield rows.slice(start, start + batchSize);
    return;
  }
  const keys = (await select(target, query, primaryKey)).map((row) => keyOf(target, row, 0));
  // The filters of the query need parameters too; and SQLite allows a depth of 1000 to a condition with OR.
  const size = Math.min(batchSize, primaryKey.length > 1 ? 200 : Math.floor(values.maxParameters / 2));
  for (let start = 0; start < keys.length; start += size) {
    const wanted = keys.slice(start, start + size);
    const rows = await select(target, { filters: query.filters, order: [] }, columns, (statement) => [
      oneOf(target, statement, wanted),
    ]);
    const found = new Map(rows.map((row) => [keyText(keyOf(target, row, width)), row]));
    yield wanted.map((key) => found.get(keyText(key))).filter((row) => row !== undefined);
  }
}

async function select(
  target: Target,
  query: Query,
  columns: readonly BoundColumn[],
  more: (statement: Statement) => readonly string[] = () => [],
): Promise<DatabaseRow[]> {
  const statement = new Statement(target);
  const sql = selectSql(target, statement, query, columns, more(statement));
  return statement.query(sql);
}

/** The key as it was read, which is exact where a value of JavaScript may not be (microseconds). */
function keyOf(target: Target, row: DatabaseRow, start: number): readonly unknown[] {
  return target.primaryKey.map((_, index) => row[`c${start + index}`]);
}

/** The rows whose key comes after `key`. */
function after({ primaryKey }: Target, statement: Statement, key: readonly unknown[]): string {
  const parameters = primaryKey.map(({ codec }, index) => codec.parameter(statement.bind(key[index])));
  const steps = primaryKey.map(({ sql, codec }, index) => {
    const equal = primaryKey
      .slice(0, index)
      .map((part, at) => part.codec.compare(part.sql, "=", parameters[at] ?? ""));
    return `(${[...equal, codec.compare(sql, ">", parameters[index] ?? "")].join(" AND ")})`;
  });
  return `(${steps.join(" OR ")})`;
}

/** The rows with one of these keys. */
function oneOf({ primaryKey }: Target, statement: Statement, keys: readonly (readonly unknown[])[]): string {
  const [only, second] = primaryKey;
  if (only !== undefined && second === undefined) {
    return `${only.sql} IN (${keys.map(([value]) => only.codec.parameter(statement.bind(value))).join(", ")})`;
  }
  const equals = keys.map((key) =>
    primaryKey.map(({ sql, codec }, at) => codec.compare(sql, "=", codec.parameter(statement.bind(key[at])))),
  );
  return `(${equals.map((parts) => `(${parts.join(" AND ")})`).join(" OR ")})`;
}

function keyText(key: readonly unknown[]): string {
  return JSON.stringify(key.map((part) => (part instanceof Uint8Array ? part.toHex() : String(part))));
}
