import type { Code, Entry, ObjectCode } from "./code.ts";

const LINE_WIDTH = 100;
const INDENT = 2;

/** Where a piece of code stands: the indentation of its line, the column it begins at, what follows on its last line. */
export interface Place {
  readonly indent: number;
  readonly column: number;
  readonly after: number;
}

/** Source text that keeps within 100 columns, with lines broken where Prettier and Biome break them. */
export function layout(code: Code, place: Place): string {
  const line = oneLine(code);
  if (line !== undefined && place.column + Bun.stringWidth(line) + place.after <= LINE_WIDTH) return line;
  switch (code.kind) {
    case "text":
      return code.text;
    case "array":
      return block(
        "[",
        code.items.map((item) => (inner) => layout(item, inner)),
        "]",
        place.indent,
      );
    case "object":
      return block(
        "{",
        code.entries.map((entry) => (inner) => entryLayout(entry, inner)),
        "}",
        place.indent,
      );
    case "call":
      return callLayout(code.callee, code.args, place);
  }
}

/** Items on lines of their own, between brackets. */
function block(
  open: string,
  items: readonly ((inner: Place) => string)[],
  close: string,
  indent: number,
): string {
  if (items.length === 0) return `${open}${close}`;
  const inner = { indent: indent + INDENT, column: indent + INDENT, after: 1 };
  const lines = items.map((item) => `${" ".repeat(inner.indent)}${item(inner)},\n`);
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

function entryLayout([key, value]: Entry, place: Place): string {
  const head = `${key}: `;
  const beside = layout(value, { ...place, column: place.column + Bun.stringWidth(head) });
  if (!isString(value) || key.length <= INDENT) return head + beside;
  if (place.column + Bun.stringWidth(head + beside) + place.after > LINE_WIDTH) {
    return `${key}:\n${" ".repeat(place.indent + INDENT)}${beside}`;
  }
  return head + beside;
}

function callLayout(callee: string, args: readonly Code[], place: Place): string {
  const last = args.at(-1);
  if (last === undefined) return `${callee}()`;
  if (args.length === 1 && last.kind === "text" && last.text.includes("\n")) return `${callee}(${last.text})`;
  const before = args.slice(0, -1);
  const list = isBlock(last) && before.at(-1)?.kind !== last.kind ? oneLineOf(before) : undefined;
  if (list !== undefined) {
    const head = `${callee}(${before.length === 0 ? "" : `${list}, `}`;
    const column = place.column + Bun.stringWidth(head);
    if (column < LINE_WIDTH) {
      // Too wide for the rest of its line, so that it breaks at its brackets.
      return `${head}${layout(last, { indent: place.indent, column, after: LINE_WIDTH })})`;
    }
  }
  return block(
    `${callee}(`,
    args.map((argument) => (inner) => layout(argument, inner)),
    ")",
    place.indent,
  );
}

/** The code on one line; undefined where it has to break, however short it is. */
function oneLine(code: Code): string | undefined {
  switch (code.kind) {
    case "text":
      return code.text.includes("\n") ? undefined : code.text;
    case "array": {
      const items = isTabular(code.items) ? undefined : oneLineOf(code.items);
      return items === undefined ? undefined : `[${items}]`;
    }
    case "object":
      return oneLineObject(code);
    case "call": {
      const args = oneLineOf(code.args);
      return args === undefined ? undefined : `${code.callee}(${args})`;
    }
  }
}

function oneLineOf(codes: readonly Code[]): string | undefined {
  let list = "";
  for (const code of codes) {
    const line = oneLine(code);
    if (line === undefined) return undefined;
    list = list === "" ? line : `${list}, ${line}`;
  }
  return list;
}

function oneLineObject({ entries, expanded }: ObjectCode): string | undefined {
  if (expanded === true) return undefined;
  let list = "";
  for (const [key, value] of entries) {
    const line = oneLine(value);
    if (line === undefined) return undefined;
    list = `${list}${list === "" ? "" : ", "}${key}: ${line}`;
  }
  return list === "" ? "{}" : `{ ${list} }`;
}

/** Several objects, or several arrays, that have more than one member each read as rows. */
function isTabular(items: readonly Code[]): boolean {
  const kind = items[0]?.kind;
  return items.length > 1 && items.every((item) => item.kind === kind && size(item) > 1);
}

function size(code: Code): number {
  return code.kind === "array" ? code.items.length : code.kind === "object" ? code.entries.length : 0;
}

function isBlock(code: Code): boolean {
  return size(code) > 0;
}

function isString(code: Code): boolean {
  return code.kind === "text" && /^["']/.test(code.text);
}
