import type { Target } from "../executor/executor.ts";
import type { FoundDifference } from "./difference.ts";
import { type KeptColumns, readRows } from "./kept-columns.ts";

/** The rows that must survive. */
export class KeptRows {
  readonly #target: Target;
  readonly #kept: readonly KeptColumns[];
  #rows: readonly string[][] = [];

  constructor(target: Target, kept: readonly KeptColumns[]) {
    this.#target = target;
    this.#kept = kept;
  }

  async remember(when: "before" | "after"): Promise<void> {
    this.#rows = await this.#read(when);
  }

  /** The first table in which they are not the same any more. */
  async lost(when: "before" | "after"): Promise<FoundDifference | undefined> {
    const now = await this.#read(when);
    for (const [at, expected] of this.#rows.entries()) {
      const found = now[at] ?? [];
      const { table, columns } = this.#kept[at]?.[when] ?? { table: "", columns: [] };
      if (found.join("\n") === expected.join("\n")) continue;
      const path = `table ${table}, rows of (${columns.join(", ")})`;
      return { mark: "~", path, found, expected };
    }
    return undefined;
  }

  async #read(when: "before" | "after"): Promise<string[][]> {
    const { connection, dialect } = this.#target;
    const rows: string[][] = [];
    for (const one of this.#kept) rows.push(await readRows(connection, dialect, one[when]));
    return rows;
  }
}
