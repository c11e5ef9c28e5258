const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;
const MAX_SHIFT = 25;

type Leaf<V> = { readonly key: string; readonly value: V };
type HashedLeaf<V> = Leaf<V> & { readonly hash: number };
type Node<V> = { readonly children: readonly (Node<V> | undefined)[]; readonly leaves: readonly Leaf<V>[] };

const EMPTY_NODE: Node<never> = { children: [], leaves: [] };

/** What can be read of an immutable map of things by their names. */
export interface ByName<V> {
  readonly size: number;
  get(name: string): V | undefined;
  has(name: string): boolean;
  keys(): Iterable<string>;
  values(): Iterable<V>;
}

/**
 * An immutable map with string keys: `set` and `delete` return a new map in logarithmic time and share all but
 * one path with the old one, so that a schema before and a schema after cost one change, not a copy.
 * Iteration is in no promised order.
 */
export class PersistentMap<V> implements ByName<V> {
  readonly #root: Node<V>;
  /** All leaves, once somebody has asked for them. */
  #leaves: readonly Leaf<V>[] | undefined;
  readonly size: number;

  private constructor(root: Node<V>, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(EMPTY_NODE, 0);
  }

  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    const leaves: HashedLeaf<V>[] = [];
    for (const [key, value] of new Map(entries)) leaves.push({ key, value, hash: Bun.hash.crc32(key) });
    return new PersistentMap(build(leaves, 0), leaves.length);
  }

  get(key: string): V | undefined {
    const hash = Bun.hash.crc32(key);
    let node: Node<V> | undefined = this.#root;
    for (let shift = 0; node !== undefined; shift += BITS) {
      for (const leaf of node.leaves) if (leaf.key === key) return leaf.value;
      node = node.children[(hash >>> shift) & MASK];
    }
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): PersistentMap<V> {
    const grown = this.has(key) ? 0 : 1;
    return new PersistentMap(insert(this.#root, Bun.hash.crc32(key), 0, { key, value }), this.size + grown);
  }

  delete(key: string): PersistentMap<V> {
    if (!this.has(key)) return this;
    return new PersistentMap(remove(this.#root, Bun.hash.crc32(key), 0, key) ?? EMPTY_NODE, this.size - 1);
  }

  entries(): IterableIterator<[string, V]> {
    return this.#list()
      .map(({ key, value }): [string, V] => [key, value])
      .values();
  }

  keys(): IterableIterator<string> {
    return this.#list()
      .map(({ key }) => key)
      .values();
  }

  values(): IterableIterator<V> {
    return this.#list()
      .map(({ value }) => value)
      .values();
  }

  #list(): readonly Leaf<V>[] {
    if (this.#leaves === undefined) {
      const leaves: Leaf<V>[] = [];
      collect(this.#root, leaves);
      this.#leaves = leaves;
    }
    return this.#leaves;
  }
}

/** A node keeps a few leaves itself before it branches, so small maps stay flat. */
const LEAVES = 8;

/** The tree that inserting these one after the other makes, without its copies on the way. */
function build<V>(entries: readonly HashedLeaf<V>[], shift: number): Node<V> {
  const toLeaf = ({ key, value }: HashedLeaf<V>) => ({ key, value });
  if (shift > MAX_SHIFT || entries.length <= LEAVES) return { children: [], leaves: entries.map(toLeaf) };
  const slots = new Map<number, HashedLeaf<V>[]>();
  for (const entry of entries.slice(LEAVES)) {
    const slot = (entry.hash >>> shift) & MASK;
    const others = slots.get(slot);
    if (others === undefined) slots.set(slot, [entry]);
    else others.push(entry);
  }
  const children = new Array<Node<V> | undefined>(WIDTH).fill(undefined);
  for (const [slot, others] of slots) children[slot] = build(others, shift + BITS);
  return { children, leaves: entries.slice(0, LEAVES).map(toLeaf) };
}

function insert<V>(node: Node<V>, hash: number, shift: number, leaf: Leaf<V>): Node<V> {
  let at = 0;
  while (at < node.leaves.length && node.leaves[at]?.key !== leaf.key) at++;
  if (at < node.leaves.length) return { children: node.children, leaves: node.leaves.with(at, leaf) };
  const slot = (hash >>> shift) & MASK;
  const child = node.children[slot];
  if (shift > MAX_SHIFT || (child === undefined && node.leaves.length < LEAVES)) {
    return { children: node.children, leaves: [...node.leaves, leaf] };
  }
  const children =
    node.children.length === 0 ? new Array<Node<V> | undefined>(WIDTH).fill(undefined) : [...node.children];
  children[slot] = insert(child ?? EMPTY_NODE, hash, shift + BITS, leaf);
  return { children, leaves: node.leaves };
}

function remove<V>(node: Node<V>, hash: number, shift: number, key: string): Node<V> | undefined {
  if (node.leaves.some((leaf) => leaf.key === key)) {
    return prune({ children: node.children, leaves: node.leaves.filter((leaf) => leaf.key !== key) });
  }
  const slot = (hash >>> shift) & MASK;
  const child = node.children[slot];
  if (child === undefined) return node;
  return prune({
    children: node.children.with(slot, remove(child, hash, shift + BITS, key)),
    leaves: node.leaves,
  });
}

function prune<V>(node: Node<V>): Node<V> | undefined {
  if (node.leaves.length > 0 || node.children.some((child) => child !== undefined)) return node;
  return undefined;
}

function collect<V>(node: Node<V>, into: Leaf<V>[]): void {
  for (const leaf of node.leaves) into.push(leaf);
  for (const child of node.children) if (child !== undefined) collect(child, into);
}
