/** A piece of TypeScript that does not yet know where its lines break. */
export type Code =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "array"; readonly items: readonly Code[] }
  | ObjectCode
  | { readonly kind: "call"; readonly callee: string; readonly args: readonly Code[] };

export interface ObjectCode {
  readonly kind: "object";
  /** The keys are source text, quoted where they need it. */
  readonly entries: readonly Entry[];
  /** One entry to a line, also where all would fit on one. */
  readonly expanded?: boolean;
}

export type Entry = readonly [key: string, value: Code];

export const text = (value: string): Code => ({ kind: "text", text: value });

export const array = (items: readonly Code[]): Code => ({ kind: "array", items });

/** An object literal; entries that are `undefined` are left out. */
export function object(entries: readonly (Entry | undefined)[]): ObjectCode {
  const given: Entry[] = [];
  for (const entry of entries) if (entry !== undefined) given.push(entry);
  return { kind: "object", entries: given };
}

/** A call; arguments that are `undefined`, and empty objects at the end, are left out. */
export function call(callee: string, args: readonly (Code | undefined)[]): Code {
  const given = args.filter((argument) => argument !== undefined);
  const last = given.at(-1);
  const empty = last?.kind === "object" && last.entries.length === 0;
  return { kind: "call", callee, args: empty ? given.slice(0, -1) : given };
}
