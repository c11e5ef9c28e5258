import type { Expression } from "./expression.ts";
import type { Index, IndexKey, IndexMethod, IndexPart } from "./table.ts";

/** The access methods that an index can name; a B-tree names none. */
export const INDEX_METHODS: ReadonlySet<string> = new Set<IndexMethod>([
  "hash",
  "gin",
  "gist",
  "spgist",
  "brin",
]);

/** The parts of an index in one form. */
export function indexKeys(index: Pick<Index, "columns">): IndexKey[] {
  return index.columns.map((part) => (typeof part === "string" ? { column: part } : part));
}

/** A part in its shortest form: a plain ascending column is its name, NULLs are said where they are elsewhere only. */
export function indexPart(part: IndexPart): IndexPart {
  if (typeof part === "string") return part;
  const { column, expression, order, nulls, opclass } = part;
  const usual = order === "desc" ? "first" : "last";
  const options = {
    ...(order === undefined ? {} : { order }),
    ...(nulls === undefined || nulls === usual ? {} : { nulls }),
    ...(opclass === undefined ? {} : { opclass }),
  };
  if (column !== undefined && expression === undefined && Object.keys(options).length === 0) return column;
  return {
    ...(column === undefined ? {} : { column }),
    ...(expression === undefined ? {} : { expression }),
    ...options,
  };
}

/** The columns by name that an index has, those of its expressions aside. */
export function indexColumns(index: Index): string[] {
  const keys = indexKeys(index).flatMap(({ column }) => (column === undefined ? [] : [column]));
  return [...keys, ...(index.include ?? [])];
}

/** A column that the parts name twice for the same use: another operator class is another use. */
export function repeatedColumn(parts: readonly IndexPart[]): string | undefined {
  const seen = new Set<string>();
  for (const { column, opclass = "" } of indexKeys({ columns: parts })) {
    if (column === undefined) continue;
    const use = `${column}\0${opclass}`;
    if (seen.has(use)) return column;
    seen.add(use);
  }
  return undefined;
}

/** The columns that a unique index keeps unique in all rows; undefined for one that says less, or more. */
export function uniqueColumns(index: Index): string[] | undefined {
  if (!index.unique || index.where !== undefined) return undefined;
  const keys = indexKeys(index);
  const plain = keys.every(({ expression, opclass }) => expression === undefined && opclass === undefined);
  return plain ? keys.map(({ column = "" }) => column) : undefined;
}

/** The expressions of an index, its condition among them. */
export function indexExpressions(index: Index): Expression[] {
  const keys = indexKeys(index).flatMap(({ expression }) => (expression === undefined ? [] : [expression]));
  return index.where === undefined ? keys : [...keys, index.where];
}

/** The index with other names of columns and other texts of expressions. */
export function mapIndex(
  index: Index,
  column: (name: string) => string,
  expression: (expression: Expression) => Expression,
): Index {
  return {
    ...index,
    columns: index.columns.map((part) => {
      if (typeof part === "string") return column(part);
      return {
        ...part,
        ...(part.column === undefined ? {} : { column: column(part.column) }),
        ...(part.expression === undefined ? {} : { expression: expression(part.expression) }),
      };
    }),
    ...(index.where === undefined ? {} : { where: expression(index.where) }),
    ...(index.include === undefined ? {} : { include: index.include.map(column) }),
  };
}

/** What no database could make of an index, in words that follow its name; undefined where nothing is wrong. */
export function indexProblem(index: Index): string | undefined {
  const keys = indexKeys(index);
  const { method, unique, include = [] } = index;
  if (keys.length === 0) return "names no column";
  if (keys.some(({ column, expression }) => (column === undefined) === (expression === undefined)))
    return "has a part that is not either a column or an expression";
  if (method === undefined) return undefined;
  if (!INDEX_METHODS.has(method)) return `has the unknown method ${method}`;
  if (unique) return `is unique, which an index of the method ${method} cannot be`;
  if (keys.some(({ order, nulls }) => order !== undefined || nulls !== undefined))
    return `has an order, which an index of the method ${method} does not keep`;
  if (include.length > 0 && method !== "gist" && method !== "spgist")
    return `includes columns, which an index of the method ${method} cannot carry`;
  if (keys.length > 1 && (method === "hash" || method === "spgist"))
    return `has several parts, and an index of the method ${method} has one`;
  return undefined;
}
