import { UsageError } from "../../errors.ts";
import type { ModelMeta } from "../meta.ts";
import { resolveKey } from "./attributes.ts";
import { bulkCreate } from "./bulk-create.ts";
import { insertReturning, type RowValues, valuesToInsert } from "./insert.ts";
import { DoesNotExist } from "./lookup-errors.ts";
import { QuerySet } from "./query-set.ts";
import { decodeRow } from "./rows.ts";
import { currentSession } from "./session.ts";
import { bindModel } from "./target.ts";
import type { OrderBy, Update, Where } from "./types.ts";
import { wholeNumber } from "./whole-number.ts";

/**
 * The rows of a model: `Model.objects`. Every method works in the migration or transaction around it, else on the
 * connection that `YaraOrm.init` opened, and throws UsageError without one.
 */
export class Objects<Row extends object, Create extends object> implements AsyncIterable<Row> {
  readonly #meta: () => ModelMeta;

  constructor(meta: () => ModelMeta) {
    this.#meta = meta;
  }

  /** Inserts a row and returns it as it is stored. Throws UsageError for values that do not fit, DatabaseError. */
  async create(values: Create): Promise<Row> {
    const row = await this.#insert(valuesToInsert(this.#meta(), values, new Date()), "fail");
    if (row === undefined)
      throw new UsageError(`${this.#meta().name}: a rule or trigger of the database kept the row out`);
    return row;
  }

  /**
   * Inserts rows in their order, all or none, and returns their number. Throws UsageError before anything is sent
   * if one of them does not fit.
   */
  async bulkCreate(
    values: readonly Create[],
    options: { readonly batchSize?: number } = {},
  ): Promise<number> {
    const batchSize = wholeNumber("batchSize", options.batchSize ?? 1000, 1);
    return bulkCreate(this.#meta(), values, batchSize);
  }

  /**
   * The row that matches, or a new one from the values of `where` (not its operators) and `defaults`, and whether it
   * is new. Safe when others create the same row at the same time, where a unique constraint covers `where`. Throws
   * MultipleObjectsReturned; DoesNotExist where another row is in the way that does not match.
   */
  async getOrCreate(where: Where<Row, Create>, defaults?: Update<Create>): Promise<[Row, boolean]> {
    const found = await this.#getOrNothing(where);
    if (found !== undefined) return [found, false];
    const values = { ...this.#plainValues(where), ...defaults };
    const created = await this.#insert(valuesToInsert(this.#meta(), values, new Date()), "doNothing");
    return created === undefined ? [await this.get(where), false] : [created, true];
  }

  /** The one row that matches. Throws DoesNotExist or MultipleObjectsReturned. */
  get(where?: Where<Row, Create>): Promise<Row> {
    return this.all().get(where);
  }

  /** The rows that meet the condition. */
  filter(where: Where<Row, Create>): QuerySet<Row, Create> {
    return this.all().filter(where);
  }

  /** The rows that do not meet the condition, be it false or, because of a NULL, unknown. */
  exclude(where: Where<Row, Create>): QuerySet<Row, Create> {
    return this.all().exclude(where);
  }

  all(): QuerySet<Row, Create> {
    return new QuerySet<Row, Create>(this.#meta);
  }

  orderBy(...order: readonly OrderBy<Row>[]): QuerySet<Row, Create> {
    return this.all().orderBy(...order);
  }

  limit(count: number): QuerySet<Row, Create> {
    return this.all().limit(count);
  }

  offset(count: number): QuerySet<Row, Create> {
    return this.all().offset(count);
  }

  /** Rows with these attributes only. */
  values<Name extends keyof Row & string>(
    ...names: readonly [Name, ...Name[]]
  ): QuerySet<Row, Create, Pick<Row, Name>> {
    return this.all().values(...names);
  }

  /** The first row, or null. */
  first(): Promise<Row | null> {
    return this.all().first();
  }

  count(): Promise<number> {
    return this.all().count();
  }

  exists(): Promise<boolean> {
    return this.all().exists();
  }

  /** Sets values in ALL rows of the table and returns their number. */
  update(values: Update<Create>): Promise<number> {
    return this.all().update(values);
  }

  /** Deletes ALL rows of the table and returns their number. */
  delete(): Promise<number> {
    return this.all().delete();
  }

  /** All rows in batches; see QuerySet. */
  iterate(options: { readonly batchSize?: number } = {}): AsyncGenerator<Row, void, undefined> {
    return this.all().iterate(options);
  }

  /** All rows as lists; see QuerySet. */
  batches(options: { readonly batchSize?: number } = {}): AsyncGenerator<Row[], void, undefined> {
    return this.all().batches(options);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    return this.iterate();
  }

  async #insert(values: RowValues, onConflict: "fail" | "doNothing"): Promise<Row | undefined> {
    const target = bindModel(this.#meta(), currentSession().connection.dialect);
    const raw = await insertReturning(target, values, onConflict);
    // The columns of the model are the keys of Row; the database's values have been checked as they were read.
    return raw === undefined ? undefined : (decodeRow(target, target.columns, raw) as Row);
  }

  async #getOrNothing(where: Where<Row, Create>): Promise<Row | undefined> {
    try {
      return await this.get(where);
    } catch (error) {
      if (error instanceof DoesNotExist) return undefined;
      throw error;
    }
  }

  #plainValues(where: object): Record<string, unknown> {
    const meta = this.#meta();
    const values: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(where)) {
      if (key.startsWith("$")) continue;
      const isRow = resolveKey(meta, key).relation !== undefined;
      const operators =
        typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
      if (isRow || !operators) values[key] = value;
      else if ("eq" in value) values[key] = value.eq;
    }
    return values;
  }
}
