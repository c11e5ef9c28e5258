import type { Code, Entry } from "./code.ts";

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
  if (!mustBreak(code)) {
    const line = flat(code);
    if (place.column + Bun.stringWidth(line) + place.after <= LINE_WIDTH) return line;
  }
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
  if (isBlock(last) && before.at(-1)?.kind !== last.kind && !before.some(mustBreak)) {
    const head = `${callee}(${before.map((argument) => `${flat(argument)}, `).join("")}`;
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

function flat(code: Code): string {
  switch (code.kind) {
    case "text":
      return code.text;
    case "array":
      return `[${code.items.map(flat).join(", ")}]`;
    case "object":
      return code.entries.length === 0
        ? "{}"
        : `{ ${code.entries.map(([key, value]) => `${key}: ${flat(value)}`).join(", ")} }`;
    case "call":
      return `${code.callee}(${code.args.map(flat).join(", ")})`;
  }
}

function mustBreak(code: Code): boolean {
  switch (code.kind) {
    case "text":
      return code.text.includes("\n");
    case "array":
      return isTabular(code.items) || code.items.some(mustBreak);
    case "object":
      return code.expanded === true || code.entries.some(([, value]) => mustBreak(value));
    case "call":
      return code.args.some(mustBreak);
  }
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
