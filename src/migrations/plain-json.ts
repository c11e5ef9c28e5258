/** What JSON has no word for is an object with this one key, or with this key first. */
const MARK = "$";

/** Turns what is no data (functions) into data that `decode` takes back. */
export interface Marks {
  readonly encode: (value: object) => unknown;
  readonly decode: (value: unknown) => unknown;
}

/**
 * The JSON text of plain data, in which bigint, -0 and the numbers that JSON lacks stay what they are; keys whose value
 * is undefined are left out. With `sorted` the order of keys does not count.
 */
export function toPlainJson(value: unknown, marks: Marks, sorted = false): string {
  return plainText(value, sorted) ?? JSON.stringify(encode(value));

  function encode(part: unknown): unknown {
    if (typeof part === "bigint") return mark("bigint", String(part));
    if (typeof part === "number")
      return Number.isFinite(part) && !Object.is(part, -0)
        ? part
        : mark("number", Object.is(part, -0) ? "-0" : String(part));
    if (typeof part === "function") return mark("function", marks.encode(part));
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(encode);
    const entries = Object.entries(part)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, encode(inner)] as const);
    if (sorted) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return MARK in part ? mark("object", entries) : Object.fromEntries(entries);
  }
}

/** False for a text of `toPlainJson` that is the JSON of its data as it is. */
export function hasMarks(text: string): boolean {
  return text.includes(`"${MARK}"`);
}

/**
 * The same text for data without anything that needs a mark, in one go: a long history has thousands of these. Undefined
 * for other data, and for keys that an object has in an order of its own.
 */
function plainText(value: unknown, sorted: boolean): string | undefined {
  const data = plainCopy(value, sorted);
  return data === MARKED ? undefined : JSON.stringify(data);
}

/** Stands for data that needs a mark. */
const MARKED = Symbol();

/** The data with its keys in the order that is wanted: to have all of it written at once is what is quick. */
function plainCopy(part: unknown, sorted: boolean): unknown {
  if (typeof part === "string" || typeof part === "boolean" || part === null) return part;
  if (typeof part === "number") return Number.isFinite(part) && !Object.is(part, -0) ? part : MARKED;
  if (typeof part !== "object") return MARKED;
  if (Array.isArray(part)) {
    const items: unknown[] = [];
    for (const inner of part) {
      const item = plainCopy(inner, sorted);
      if (item === MARKED) return MARKED;
      items.push(item);
    }
    return items;
  }
  const copy: Record<string, unknown> = {};
  const keys = Object.keys(part);
  for (const key of sorted ? keys.sort() : keys) {
    if (key === MARK || SPECIAL.test(key)) return MARKED;
    const inner: unknown = Reflect.get(part, key);
    if (inner === undefined) continue;
    const value = plainCopy(inner, sorted);
    if (value === MARKED) return MARKED;
    copy[key] = value;
  }
  return copy;
}

/** Keys that an object puts first, and the one that is no key. */
const SPECIAL = /^(?:\d|__proto__$)/;

function mark(kind: string, value: unknown): unknown {
  return { [MARK]: kind, value };
}

/** The data that `toPlainJson` has written. Throws where the text is something else. */
export function fromPlainJson(text: string, marks: Marks): unknown {
  return decode(JSON.parse(text));

  function decode(part: unknown): unknown {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(decode);
    if (!(MARK in part)) return decodeEntries(Object.entries(part));
    const value = "value" in part ? part.value : undefined;
    switch (part[MARK]) {
      case "bigint":
        return BigInt(String(value));
      case "number":
        return Number(value);
      case "function":
        return marks.decode(value);
      case "object":
        return decodeEntries(Array.isArray(value) ? value : []);
      default:
        throw new TypeError(`unknown mark ${JSON.stringify(part[MARK])}`);
    }
  }

  function decodeEntries(entries: readonly (readonly [string, unknown])[]): unknown {
    return Object.fromEntries(entries.map(([key, inner]) => [key, decode(inner)]));
  }
}
