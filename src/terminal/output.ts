import { fstatSync, writeSync } from "node:fs";
import { hidePassword } from "../connection/hide-password.ts";
import { YaraError } from "../errors.ts";
import { fileErrorCode, fileReason } from "../file-error.ts";
import { mayBeTerminal } from "./is-terminal.ts";
import type { LiveLine } from "./live-line.ts";
import { choosePaint, type Paint, PLAIN } from "./paint.ts";
import { visible, visibleLine } from "./visible.ts";

const STDOUT = 1;

/** Of what `--json` prints: docs/json-output.schema.json has the rules. */
const FORMAT_VERSION = 1;

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** What the command line asks for: see choosePaint. */
  readonly colours?: boolean | undefined;
  /** The colours of stderr. */
  readonly paint: Paint;
  /** What is printed comes above it, where there is one. */
  readonly live?: LiveLine | undefined;
}

/** What a command leaves behind: lines for people, and the same as data for programs. */
export interface Report {
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Where everything is printed: data on stdout, the rest on stderr. A password is in nothing but data, whatever words of the
 * command line, of the database or of a thrown error a text repeats.
 */
export class Output {
  #options: OutputOptions;
  #command: string | undefined;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Goes on with these options, which were not known before. */
  configure(options: OutputOptions): void {
    this.#options = options;
  }

  /** Says whose output follows: with `--json` that is part of it. */
  begin(command: string): void {
    this.#command = command;
  }

  /** The colours of stdout. */
  async dataPaint(): Promise<Paint> {
    return this.#options.json ? PLAIN : await choosePaint(this.#options.colours, STDOUT);
  }

  #object(data: Readonly<Record<string, unknown>>): void {
    this.#data(json({ formatVersion: FORMAT_VERSION, command: this.#command, ...data }));
  }

  #data(line: string): void {
    this.#above(() => printData(line));
  }

  #error(text: string): void {
    this.#above(() => printError(text));
  }

  #above(print: () => void): void {
    if (this.#options.live === undefined) print();
    else this.#options.live.above(print);
  }

  /** The result of a command: its lines, or with `--json` one object. Throws YaraError where it cannot be written. */
  report({ lines, data }: Report): void {
    if (this.#options.json) this.#object(data);
    else this.lines(lines);
  }

  /** Lines for people that come before an error; with `--json` the error carries them as data. */
  lines(lines: readonly string[]): void {
    if (this.#options.json) return;
    const show = mayBeTerminal(STDOUT) ? visibleLine : (line: string) => line;
    for (const line of lines) this.#data(show(line));
  }

  /** Progress and other things that nobody misses. */
  note(text: string): void {
    if (!this.#options.quiet) this.#error(this.#options.paint.dim(visible(text)));
  }

  /** Something that has come to its end: what was done, and with what. */
  done(verb: string, what: string): void {
    if (!this.#options.quiet) this.#error(`${this.#options.paint.green(verb)} ${visible(what)}`);
  }

  warn(text: string): void {
    if (!this.#options.quiet) this.#error(`${this.#options.paint.yellow("warning:")} ${visible(text)}`);
  }

  /** An error with its hint. With `--json` the object on stdout says the same, beside what a check has found. */
  error(
    message: string,
    hint: string | undefined,
    code: string,
    findings: Readonly<Record<string, unknown>> = {},
  ): void {
    if (this.#options.json) {
      try {
        const shown = { code, message: hidePassword(message), hint: hint && hidePassword(hint) };
        this.#object({ ...findings, error: shown });
      } catch {
        // What has failed is told on stderr, and by the exit code.
      }
    }
    this.#error(`${this.#options.paint.red("error:")} ${visible(message)}`);
    if (hint !== undefined)
      this.#error(`${this.#options.paint.cyan("hint:")} ${visible(hint).replaceAll("\n", "\n      ")}`);
  }

  /** Text that was asked for, such as help; with `--json` under that key. */
  text(key: string, text: string): void {
    if (this.#options.json) this.#object({ [key]: text });
    else this.#data(text);
  }

  /** Text that a shell reads, as it is also with --json. */
  plain(text: string): void {
    this.#data(text);
  }

  /** Text for people beside the data, such as the help that answers a wrong usage. */
  aside(text: string): void {
    this.#error(text);
  }
}

/** Large integers, which JSON.stringify refuses, are text. */
function json(data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** What a write answers where nobody reads: that is the reader's choice. */
const UNREAD: readonly string[] = ["EPIPE", "ECONNRESET", "EBADF"];

/**
 * Writes a line on stdout at once, also into a pipe that is read slowly, and does not mind a closed one. console.log says
 * nothing of a file that could not take it.
 * @throws YaraError
 */
function printData(line: string): void {
  let rest: Uint8Array = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const code = fileErrorCode(error) ?? "";
      // EIO is what a terminal says that has been hung up.
      if (UNREAD.includes(code) || (code === "EIO" && fstatSync(1).isCharacterDevice())) return;
      // A pipe that does not wait by itself.
      if (code !== "EAGAIN") throw unwritten(error);
      Bun.sleepSync(PIPE_PAUSE_MS);
    }
  }
}

const PIPE_PAUSE_MS = 5;

function unwritten(error: unknown): YaraError {
  return new YaraError(`the output could not be written: ${fileReason(error)}`, {
    hint: "what the command has done stays done; make room, or send the output elsewhere, and run it again",
    cause: error,
  });
}

/** Unlike console.error, which Bun prints in red on a terminal, console.warn leaves the text as it is. */
function printError(text: string): void {
  console.warn(hidePassword(text));
}
