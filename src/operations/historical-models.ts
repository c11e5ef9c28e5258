/** A row by the names of its columns, for whoever does not say more. */
export type HistoricalRow = Record<string, unknown>;

/**
 * The tables as they are at one point of the history: by their names (`models.user`, `models["billing.invoice"]`), or by
 * that of a model whose table has the name derived from it (`models.BlogPost`). Any other name throws UsageError.
 */
export type HistoricalModels = {
  readonly [name: string]: HistoricalModel;
} & {
  /** The table of that name, with rows of a type that is written down in the migration. */
  table<Row extends object = HistoricalRow>(name: string): HistoricalModel<Row>;
};

/** A table as it is at one point of the history. */
export interface HistoricalModel<Row extends object = HistoricalRow> {
  readonly table: string;
  readonly objects: HistoricalObjects<Row>;
}

/**
 * Conditions by the names of columns: a value, null, or operators such as `{ gte: 18 }`, as in `Model.objects`. What a
 * column cannot be compared with throws UsageError.
 */
export type HistoricalWhere<Row extends object> = { readonly [K in keyof Row]?: unknown } & {
  readonly $or?: readonly HistoricalWhere<Row>[];
  readonly $and?: readonly HistoricalWhere<Row>[];
  readonly $not?: HistoricalWhere<Row>;
};

type Order<Row extends object> = (keyof Row & string) | `-${keyof Row & string}`;

/** How a selection is read. */
export interface Batches {
  readonly batchSize?: number;
}

/** What `Model.objects` offers on a selection of rows, by the names of columns. */
export interface HistoricalRows<Row extends object, Result = Row> extends AsyncIterable<Result> {
  all(): HistoricalQuery<Row, Result>;
  filter(where: HistoricalWhere<Row>): HistoricalQuery<Row, Result>;
  exclude(where: HistoricalWhere<Row>): HistoricalQuery<Row, Result>;
  orderBy(...order: readonly Order<Row>[]): HistoricalQuery<Row, Result>;
  limit(count: number): HistoricalQuery<Row, Result>;
  offset(count: number): HistoricalQuery<Row, Result>;
  values<Name extends keyof Row & string>(
    ...names: readonly [Name, ...Name[]]
  ): HistoricalQuery<Row, Pick<Row, Name>>;
  get(where?: HistoricalWhere<Row>): Promise<Result>;
  first(): Promise<Result | null>;
  count(): Promise<number>;
  exists(): Promise<boolean>;
  update(values: Partial<Row>): Promise<number>;
  delete(): Promise<number>;
  /** The rows one by one, read in batches. */
  iterate(options?: Batches): AsyncGenerator<Result, void, undefined>;
  /** The same rows as lists of at most `batchSize`. */
  batches(options?: Batches): AsyncGenerator<Result[], void, undefined>;
}

/** Rows that are asked for when they are needed; `await` gives all of them. */
export interface HistoricalQuery<Row extends object, Result = Row>
  extends HistoricalRows<Row, Result>,
    PromiseLike<Result[]> {}

/**
 * `Model.objects` of a table at one point of the history. Defaults of the application are no part of that: a column that is
 * NOT NULL and has no default in the database needs a value.
 */
export interface HistoricalObjects<Row extends object> extends HistoricalRows<Row> {
  create(values: Partial<Row>): Promise<Row>;
  bulkCreate(values: readonly Partial<Row>[], options?: Batches): Promise<number>;
  getOrCreate(where: HistoricalWhere<Row>, defaults?: Partial<Row>): Promise<[Row, boolean]>;
}
