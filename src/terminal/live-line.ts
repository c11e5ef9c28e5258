import { writeSync } from "node:fs";
import { isAutomated, isTerminal } from "./is-terminal.ts";

/** Back to the first column, and what is on the line is gone (ECMA-48: CR, EL). */
const ERASE = "\r\u001B[2K";

const STDERR = 2;
const USUAL_COLUMNS = 80;

/** True where stderr is a terminal on which a line can be written over, and somebody sits there. */
export async function canRedraw(): Promise<boolean> {
  return process.env.TERM !== "dumb" && !isAutomated() && (await isTerminal(STDERR));
}

/** The last line of a terminal, on stderr, that is written over again and again. */
export class LiveLine {
  #text = "";

  /** Puts the text in the place of the one before, as much of it as fits on the line. */
  show(text: string): void {
    this.#text = cut(text, columns() - 1);
    write(`${ERASE}${this.#text}`);
  }

  clear(): void {
    if (this.#text === "") return;
    this.#text = "";
    write(ERASE);
  }

  /** Lets something else be printed, above it. */
  above(print: () => void): void {
    if (this.#text !== "") write(ERASE);
    try {
      print();
    } finally {
      if (this.#text !== "") write(this.#text);
    }
  }
}

function columns(): number {
  // Some terminals say 0, and what is no terminal any more says nothing.
  return process.stderr.columns || USUAL_COLUMNS;
}

/** The beginning of the text, on one line and no wider than that. */
export function cut(text: string, width: number): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  if (Bun.stringWidth(line) <= width) return line;
  let kept = "";
  for (const character of line) {
    if (Bun.stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** What cannot be shown now is not missed: the next text comes soon. */
function write(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // A terminal that is gone, or does not take it at the moment.
  }
}
