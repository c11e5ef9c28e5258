import { UsageError } from "../../errors.ts";
import type { ModelMeta } from "../meta.ts";
import { compileFilters, describeFilters } from "./compile-where.ts";
import { bindValue, columnsOf, valuesToUpdate } from "./insert.ts";
import { batchesOf, iterateRows } from "./iterate.ts";
import { DoesNotExist, MultipleObjectsReturned } from "./lookup-errors.ts";
import { countSql, orderOf, pickedColumns, type Query, selectSql, whereSql } from "./query.ts";
import { decodeRow } from "./rows.ts";
import { currentSession } from "./session.ts";
import { bindModel, Statement, type Target } from "./target.ts";
import type { OrderBy, Update, Where } from "./types.ts";
import { wholeNumber } from "./whole-number.ts";

/**
 * Rows of a model that are asked for when they are needed: `await` gives all of them, `for await` reads them in
 * batches. Immutable: each method returns a new one. Whatever is wrong in a condition is thrown by the request.
 */
export class QuerySet<Row extends object, Create extends object, Result = Row>
  implements PromiseLike<Result[]>, AsyncIterable<Result>
{
  readonly #meta: () => ModelMeta;
  readonly #query: Query;

  constructor(meta: () => ModelMeta, query: Query = { filters: [] }) {
    this.#meta = meta;
    this.#query = query;
  }

  /** The rows that also meet this condition. Throws UsageError after `limit` or `offset`. */
  filter(where: Where<Row, Create>): QuerySet<Row, Create, Result> {
    return this.#filtered("filter", where, false);
  }

  /** The rows that do not meet this condition, be it false or, because of a NULL, unknown. Throws like `filter`. */
  exclude(where: Where<Row, Create>): QuerySet<Row, Create, Result> {
    return this.#filtered("exclude", where, true);
  }

  all(): QuerySet<Row, Create, Result> {
    return this.#with({});
  }

  /** Sorts by these attributes instead of the model's order; NULLs are the largest values. No names: no order. */
  orderBy(...order: readonly OrderBy<Row>[]): QuerySet<Row, Create, Result> {
    this.#refuseSlice("orderBy");
    return this.#with({ order });
  }

  /** At most `count` rows. Throws UsageError if it is no whole number from 0. */
  limit(count: number): QuerySet<Row, Create, Result> {
    return this.#with({ limit: wholeNumber("limit", count, 0) });
  }

  /** Without the first `count` rows. Throws UsageError if it is no whole number from 0. */
  offset(count: number): QuerySet<Row, Create, Result> {
    return this.#with({ offset: wholeNumber("offset", count, 0) });
  }

  /** Rows with these attributes only. */
  values<Name extends keyof Row & string>(
    ...names: readonly [Name, ...Name[]]
  ): QuerySet<Row, Create, Pick<Row, Name>> {
    return new QuerySet(this.#meta, { ...this.#query, names });
  }

  /** The one row that matches. Throws DoesNotExist or MultipleObjectsReturned. */
  async get(where?: Where<Row, Create>): Promise<Result> {
    const narrowed = where === undefined ? this : this.filter(where);
    const [row, second] = await narrowed.#fetch({
      ...narrowed.#query,
      limit: Math.min(2, this.#query.limit ?? 2),
    });
    const { name } = this.#meta();
    const asked = describeFilters(narrowed.#query.filters);
    if (row === undefined) throw new DoesNotExist(name, asked);
    if (second !== undefined) throw new MultipleObjectsReturned(name, asked);
    return row;
  }

  /** The first row, by primary key where there is no order; null where there is none. */
  async first(): Promise<Result | null> {
    const [row] = await this.#fetch({ ...this.#query, limit: Math.min(1, this.#query.limit ?? 1) }, "byKey");
    return row ?? null;
  }

  async count(): Promise<number> {
    const { target, statement } = this.#start();
    const sql = countSql(target, statement, this.#query);
    const [row] = await statement.query(sql);
    return Number(row?.n);
  }

  async exists(): Promise<boolean> {
    const { target, statement } = this.#start();
    const query = { ...this.#query, order: [], limit: Math.min(1, this.#query.limit ?? 1) };
    const sql = countSql(target, statement, query);
    const [row] = await statement.query(sql);
    return Number(row?.n) > 0;
  }

  /** Sets values in all rows and returns their number. Throws UsageError after `limit`, `offset` or `orderBy`. */
  async update(values: Update<Create>): Promise<number> {
    this.#refuseOrder("update");
    const { target, statement } = this.#start();
    const row = valuesToUpdate(target.meta, values, new Date());
    const set = columnsOf(target, row).map(
      (column) => `${column.name} = ${bindValue(statement, column, row.get(column.meta) ?? null)}`,
    );
    const where = whereSql(compileFilters(target, statement, this.#query.filters));
    return statement.run(`UPDATE ${target.table} SET ${set.join(", ")}${where}`);
  }

  /** Deletes all rows and returns their number. Throws UsageError after `limit`, `offset` or `orderBy`. */
  async delete(): Promise<number> {
    this.#refuseOrder("delete");
    const { target, statement } = this.#start();
    const where = whereSql(compileFilters(target, statement, this.#query.filters));
    return statement.run(`DELETE FROM ${target.table}${where}`);
  }

  /**
   * The rows in batches of 1000 or `batchSize`. The loop may change and delete rows that it has seen; no row comes
   * twice. Without an order the rows come by primary key, and rows with a larger key than any had at the beginning
   * are left out.
   */
  iterate(options: { readonly batchSize?: number } = {}): AsyncGenerator<Result, void, undefined> {
    const batchSize = wholeNumber("batchSize", options.batchSize ?? 1000, 1);
    // The attributes that were picked are the keys of Result; the database's values have been checked as they were read.
    return iterateRows(this.#meta(), this.#query, batchSize) as AsyncGenerator<Result, void, undefined>;
  }

  /** What `iterate` gives, as lists of 1000 rows or `batchSize`; the last may be shorter, and so may one in the middle where rows are gone. */
  batches(options: { readonly batchSize?: number } = {}): AsyncGenerator<Result[], void, undefined> {
    const batchSize = wholeNumber("batchSize", options.batchSize ?? 1000, 1);
    // As in `iterate`.
    return batchesOf(this.#meta(), this.#query, batchSize) as AsyncGenerator<Result[], void, undefined>;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Result, void, undefined> {
    return this.iterate();
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaited is what a query set is for
  then<Done = Result[], Failed = never>(
    onDone?: ((rows: Result[]) => Done | PromiseLike<Done>) | null,
    onFailed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    return this.#fetch(this.#query).then(onDone, onFailed);
  }

  async #fetch(query: Query, fallback?: "byKey"): Promise<Result[]> {
    const { target, statement } = this.#start();
    const unordered = fallback === "byKey" && orderOf(target, query).length === 0;
    const ordered = unordered
      ? { ...query, order: target.primaryKey.map(({ meta }) => meta.attribute) }
      : query;
    const columns = pickedColumns(target, query);
    const sql = selectSql(target, statement, ordered, columns);
    const rows = await statement.query(sql);
    // As in `iterate`.
    return rows.map((row) => decodeRow(target, columns, row) as Result);
  }

  #start(): { readonly target: Target; readonly statement: Statement } {
    const target = bindModel(this.#meta(), currentSession().connection.dialect);
    return { target, statement: new Statement(target) };
  }

  #with(changes: Partial<Query>): QuerySet<Row, Create, Result> {
    return new QuerySet(this.#meta, { ...this.#query, ...changes });
  }

  #filtered(method: string, where: object, negated: boolean): QuerySet<Row, Create, Result> {
    this.#refuseSlice(method);
    return this.#with({ filters: [...this.#query.filters, { where, negated }] });
  }

  #refuseSlice(method: string): void {
    const { limit, offset } = this.#query;
    if (limit === undefined && offset === undefined) return;
    throw new UsageError(
      `${method} after limit or offset`,
      `call ${method} first: it would apply to all rows, not to these`,
    );
  }

  #refuseOrder(method: string): void {
    const { limit, offset, order } = this.#query;
    if (limit === undefined && offset === undefined && order === undefined) return;
    throw new UsageError(
      `${method} applies to all rows of a filter, it cannot be limited or ordered`,
      "read the keys first, then filter by { id: { in: keys } }",
    );
  }
}
