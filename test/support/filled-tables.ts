import type { Operation } from "../../src/operations/types.ts";
import { indexColumns } from "../../src/schema/index-parts.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { type Column, findColumn, isGenerated, type Table } from "../../src/schema/table.ts";
import { allForeignKeys } from "./foreign-keys.ts";

interface FilledColumn {
  /** The column's name when the rows were written; undefined for a column that came later or is generated. */
  readonly original: string | undefined;
  /** It holds a different value in each row, none of them NULL. */
  readonly full: boolean;
  altered: boolean;
  /** It was once part of a key, a unique index or a foreign key, on either side. */
  keyed: boolean;
}

interface FilledTable {
  readonly original: string;
  readonly columns: Map<string, FilledColumn>;
  /** Another table once referred to it. */
  referenced: boolean;
}

/** A column whose values no operation has changed: its name when the rows were written and now. */
export interface UntouchedColumns {
  readonly original: string;
  readonly table: string;
  readonly columns: readonly { readonly original: string; readonly name: string }[];
}

/**
 * Follows the tables that hold rows through operations, so that the operations that are chosen fit the rows, and so
 * do the inverted ones.
 */
export class FilledTables {
  readonly #tables = new Map<string, FilledTable>();

  /** The rows are written into every table of this schema. */
  constructor(schema: Schema) {
    for (const table of schema.tables.values()) {
      const columns = table.columns.map((column): [string, FilledColumn] => [
        column.name,
        {
          original: isGenerated(column) ? undefined : column.name,
          full: !isGenerated(column) && !holdsNull(schema, table, column),
          altered: false,
          keyed: false,
        },
      ]);
      this.#tables.set(table.name, {
        original: table.name,
        columns: new Map(columns),
        referenced: false,
      });
    }
    this.#markKeys(schema);
  }

  holdsRows(table: string): boolean {
    return this.#tables.has(table);
  }

  mayDropTable(name: string): boolean {
    return this.#tables.get(name)?.referenced !== true;
  }

  /** True if the column can go and come back empty or with its default. */
  mayDropColumn(table: string, column: Column): boolean {
    const filled = this.#tables.get(table)?.columns.get(column.name);
    if (filled === undefined || isGenerated(column)) return true;
    return !filled.altered && !filled.keyed && (column.nullable || column.default !== undefined);
  }

  /** True if one value can take the place of NULL in all rows, and go back through every type that the column had. */
  mayFill(table: string, name: string): boolean {
    const column = this.#tables.get(table)?.columns.get(name);
    return column === undefined || (!column.altered && (column.original !== undefined || !column.keyed));
  }

  /** True if no two rows can be equal in these columns. */
  mayBeUnique(table: string, columns: readonly string[]): boolean {
    const filled = this.#tables.get(table);
    return filled === undefined || columns.some((name) => filled.columns.get(name)?.original !== undefined);
  }

  /** True if every row of the one table finds its row in the other. */
  mayRefer(table: string, columns: readonly string[], target: string, keys: readonly string[]): boolean {
    const [from, to] = [this.#tables.get(table), this.#tables.get(target)];
    if (from === undefined) return true;
    const sample = (column: FilledColumn | undefined) => column?.original !== undefined && !column.altered;
    return (
      columns.every((name) => sample(from.columns.get(name))) &&
      keys.every((name) => sample(to?.columns.get(name)) && to?.columns.get(name)?.full === true)
    );
  }

  follow(operation: Operation, after: Schema): void {
    const table = "table" in operation ? this.#tables.get(String(operation.table)) : undefined;
    if (operation.kind === "renameTable") {
      const renamed = this.#tables.get(operation.from);
      this.#tables.delete(operation.from);
      if (renamed !== undefined) this.#tables.set(operation.to, renamed);
    } else if (operation.kind === "dropTable") {
      this.#tables.delete(operation.table);
    } else if (operation.kind === "addColumn") {
      table?.columns.set(operation.column.name, {
        original: undefined,
        full: false,
        altered: false,
        keyed: false,
      });
    } else if (operation.kind === "dropColumn") {
      table?.columns.delete(operation.column);
    } else if (operation.kind === "alterColumn") {
      const column = table?.columns.get(operation.column.name);
      if (column !== undefined) column.altered = true;
    } else if (operation.kind === "renameColumn") {
      const column = table?.columns.get(operation.from);
      table?.columns.delete(operation.from);
      if (column !== undefined) table?.columns.set(operation.to, column);
    }
    this.#markKeys(after);
  }

  /** What must hold the same values as in the beginning. */
  untouched(): UntouchedColumns[] {
    return [...this.#tables].flatMap(([table, filled]) => {
      const columns = [...filled.columns].flatMap(([name, { original, altered }]) =>
        original === undefined || altered ? [] : [{ original, name }],
      );
      return columns.length === 0 ? [] : [{ original: filled.original, table, columns }];
    });
  }

  #markKeys(schema: Schema): void {
    for (const table of schema.tables.values()) {
      const unique = table.indexes.filter((index) => index.unique).map(indexColumns);
      const lists = [table.primaryKey, ...table.uniques.map(({ columns }) => columns), ...unique];
      this.#mark(table.name, lists.flat());
    }
    for (const { table, key } of allForeignKeys(schema)) {
      this.#mark(table, key.columns);
      this.#mark(key.references.table, key.references.columns);
      const target = this.#tables.get(key.references.table);
      if (target !== undefined && key.references.table !== table) target.referenced = true;
    }
  }

  #mark(table: string, columns: readonly string[]): void {
    for (const name of columns) {
      const column = this.#tables.get(table)?.columns.get(name);
      if (column !== undefined) column.keyed = true;
    }
  }
}

/** True if the last row holds NULL there: only what no foreign key refers to may be empty. */
export function holdsNull(schema: Schema, table: Table, column: Column): boolean {
  if (findColumn(table, column.name)?.nullable !== true) return false;
  return allForeignKeys(schema).every(
    ({ key }) => key.references.table !== table.name || !key.references.columns.includes(column.name),
  );
}
