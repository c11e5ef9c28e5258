import type { Paint } from "./paint.ts";

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly paint: Paint;
}

/** What a command leaves behind: lines for people, and the same as data for programs. */
export interface Report {
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where everything is printed: data on stdout, the rest on stderr. */
export class Output {
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** The result of a command: its lines, or with `--json` one object. */
  report({ lines, data }: Report): void {
    // console.log writes at once, also into a pipe that is read slowly, and does not mind a closed one.
    if (this.#options.json) console.log(json(data));
    else this.lines(lines);
  }

  /** Lines for people that come before an error; with `--json` the error carries them as data. */
  lines(lines: readonly string[]): void {
    if (!this.#options.json) for (const line of lines) console.log(line);
  }

  /** Progress and other things that nobody misses. */
  note(text: string): void {
    if (!this.#options.quiet) printError(this.#options.paint.dim(text));
  }

  warn(text: string): void {
    if (!this.#options.quiet) printError(`${this.#options.paint.yellow("warning:")} ${text}`);
  }

  /** An error with its hint. With `--json` the object on stdout says the same, beside what a check has found. */
  error(
    message: string,
    hint: string | undefined,
    code: string,
    findings: Readonly<Record<string, unknown>> = {},
  ): void {
    if (this.#options.json) console.log(json({ ...findings, error: { code, message, hint } }));
    printError(`${this.#options.paint.red("error:")} ${message}`);
    if (hint !== undefined)
      printError(`${this.#options.paint.cyan("hint:")} ${hint.replaceAll("\n", "\n      ")}`);
  }

  /** Text that was asked for, such as help. */
  text(text: string): void {
    console.log(text);
  }

  /** Text for people beside the data, such as the help that answers a wrong usage. */
  aside(text: string): void {
    printError(text);
  }
}

/** Large integers, which JSON.stringify refuses, are text. */
function json(data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Unlike console.error, which Bun prints in red on a terminal, console.warn leaves the text as it is. */
function printError(text: string): void {
  console.warn(text);
}
