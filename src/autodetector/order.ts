import { compareText } from "../schema/schema.ts";
import type { ForeignKey, Table } from "../schema/table.ts";

/** Tables in an order in which each comes after those that it refers to, and the foreign keys that close a cycle. */
export interface DependencyOrder {
  readonly tables: readonly Table[];
  /** Foreign keys that refer to a table that comes later. */
  readonly closing: ReadonlySet<ForeignKey>;
}

/** Orders tables by their foreign keys among each other; by name where that leaves a choice. Linear. */
export function dependencyOrder(tables: readonly Table[]): DependencyOrder {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered: Table[] = [];
  const closing = new Set<ForeignKey>();
  const state = new Map<Table, "open" | "done">();

  // An explicit stack: chains of references can be longer than the call stack is deep.
  for (const start of tables.toSorted((a, b) => compareText(a.name, b.name))) {
    const stack = state.has(start) ? [] : [{ table: start, next: 0 }];
    if (stack.length > 0) state.set(start, "open");
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const key = frame.table.foreignKeys[frame.next];
      if (key === undefined) {
        state.set(frame.table, "done");
        ordered.push(frame.table);
        stack.pop();
        continue;
      }
      frame.next += 1;
      const target = byName.get(key.references.table);
      if (target === undefined || target === frame.table) continue;
      if (state.get(target) === "open") closing.add(key);
      if (state.has(target)) continue;
      state.set(target, "open");
      stack.push({ table: target, next: 0 });
    }
  }
  return { tables: ordered, closing };
}
