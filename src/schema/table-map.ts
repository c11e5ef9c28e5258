import { type ByName, PersistentMap } from "./persistent-map.ts";
import type { Table } from "./table.ts";

/**
 * The tables of a schema by name: immutable as PersistentMap, and it knows for each table which ones refer to it, so that
 * a change need not look through all the others.
 */
export class TableMap implements ByName<Table> {
  readonly #tables: PersistentMap<Table>;
  readonly #referrers: PersistentMap<readonly string[]>;

  private constructor(tables: PersistentMap<Table>, referrers: PersistentMap<readonly string[]>) {
    this.#tables = tables;
    this.#referrers = referrers;
  }

  static empty(): TableMap {
    return new TableMap(PersistentMap.empty(), PersistentMap.empty());
  }

  static from(tables: Iterable<Table>): TableMap {
    const byName = new Map<string, Table>();
    for (const table of tables) byName.set(table.name, table);
    const referrers = new Map<string, string[]>();
    for (const table of byName.values()) {
      for (const target of targetsOf(table)) {
        const others = referrers.get(target);
        if (others === undefined) referrers.set(target, [table.name]);
        else others.push(table.name);
      }
    }
    return new TableMap(PersistentMap.from(byName), PersistentMap.from(referrers));
  }

  get size(): number {
    return this.#tables.size;
  }

  get(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  keys(): IterableIterator<string> {
    return this.#tables.keys();
  }

  values(): IterableIterator<Table> {
    return this.#tables.values();
  }

  /** The tables with a foreign key to that one, which need not exist, in no promised order; itself perhaps among them. */
  referringTo(name: string): Table[] {
    return (this.#referrers.get(name) ?? []).flatMap((referrer) => this.#tables.get(referrer) ?? []);
  }

  set(table: Table): TableMap {
    const before = this.#tables.get(table.name);
    return new TableMap(this.#tables.set(table.name, table), this.#refer(table.name, before, table));
  }

  delete(name: string): TableMap {
    const before = this.#tables.get(name);
    return new TableMap(this.#tables.delete(name), this.#refer(name, before, undefined));
  }

  #refer(
    name: string,
    before: Table | undefined,
    after: Table | undefined,
  ): PersistentMap<readonly string[]> {
    if (before?.foreignKeys === after?.foreignKeys) return this.#referrers;
    const [old, fresh] = [targetsOf(before), targetsOf(after)];
    let referrers = this.#referrers;
    for (const target of old) {
      if (fresh.has(target)) continue;
      const left = (referrers.get(target) ?? []).filter((referrer) => referrer !== name);
      referrers = left.length === 0 ? referrers.delete(target) : referrers.set(target, left);
    }
    for (const target of fresh) {
      if (old.has(target)) continue;
      referrers = referrers.set(target, [...(referrers.get(target) ?? []), name]);
    }
    return referrers;
  }
}

function targetsOf(table: Table | undefined): Set<string> {
  const targets = new Set<string>();
  for (const { references } of table?.foreignKeys ?? []) targets.add(references.table);
  return targets;
}
