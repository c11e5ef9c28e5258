import type { Operation } from "../operations/types.ts";

/** A table that the database has, by the names that its columns have there. */
interface LiveTable {
  readonly name: string;
  /** Those that are called otherwise by now; undefined for what the database has no such column of. */
  readonly columns: Map<string, string | undefined>;
}

/** What the database calls, before operations have run, the tables and columns that they speak of. */
export class LiveNames {
  readonly #tables = new Map<string, LiveTable | undefined>();

  /** The table's name in the database; undefined where an operation has made it. */
  table(name: string): string | undefined {
    return this.#table(name)?.name;
  }

  /** The column's name in the database; undefined where an operation has made it. */
  column(table: string, name: string): string | undefined {
    const columns = this.#table(table)?.columns;
    return columns?.has(name) ? columns.get(name) : columns && name;
  }

  /** Takes note of an operation. */
  follow(operation: Operation): void {
    switch (operation.kind) {
      case "createTable":
        this.#tables.set(operation.table.name, undefined);
        break;
      case "dropTable":
        this.#tables.set(operation.table, undefined);
        break;
      case "renameTable":
        this.#tables.set(operation.to, this.#table(operation.from));
        this.#tables.set(operation.from, undefined);
        break;
      case "addColumn":
        this.#table(operation.table)?.columns.set(operation.column.name, undefined);
        break;
      case "dropColumn":
        this.#table(operation.table)?.columns.set(operation.column, undefined);
        break;
      case "renameColumn": {
        const columns = this.#table(operation.table)?.columns;
        columns?.set(operation.to, this.column(operation.table, operation.from));
        columns?.set(operation.from, undefined);
        break;
      }
    }
  }

  #table(name: string): LiveTable | undefined {
    if (!this.#tables.has(name)) this.#tables.set(name, { name, columns: new Map() });
    return this.#tables.get(name);
  }
}
