/** What moves the cursor, changes colours or turns the direction of text: C0 and C1 without tab and line feed, and bidi controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** What changes colours and nothing else (ECMA-48, SGR). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const COLOURS = /(\x1b\[[0-9;]*m)/;

/** The same for lines that may be coloured. */
export function visibleLine(line: string): string {
  return line
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join("");
}

/** Text from elsewhere (names, messages, lines of files) for a terminal: what would command it is shown as `\u001b`. */
export function visible(text: string): string {
  return text.replaceAll(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
