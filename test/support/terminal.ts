import { requireBinary } from "./binary.ts";

/** A command on a terminal of its own, and what it has written there so far. */
export class TerminalCommand {
  readonly ended: Promise<number>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  readonly #type: (keys: string) => void;
  #screen = "";
  #more = Promise.withResolvers<void>();
  #over = false;

  /** Starts the executable, or another `program`. */
  constructor(
    words: readonly string[],
    {
      cwd,
      env = {},
      program = requireBinary(),
    }: {
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly program?: string;
    },
  ) {
    const decoder = new TextDecoder();
    const child = Bun.spawn([program, ...words], {
      cwd,
      env: { TERM: "xterm", ...env },
      terminal: {
        cols: 120,
        rows: 40,
        data: (_, data) => {
          this.#screen += decoder.decode(data, { stream: true });
          this.#wake();
        },
      },
    });
    this.#kill = (signal) => child.kill(signal);
    this.#type = (keys) => void child.terminal?.write(keys);
    this.ended = child.exited.then((code) => {
      this.#over = true;
      this.#wake();
      return code;
    });
  }

  /** All that was written, with the sequences that move the cursor and colour the text. */
  get screen(): string {
    return this.#screen;
  }

  kill(signal: NodeJS.Signals): void {
    this.#kill(signal);
  }

  type(keys: string): void {
    this.#type(keys);
  }

  /** Waits until that is on the screen, after its first `from` characters. Throws where the command ends without it. */
  async showing(pattern: RegExp | string, from = 0): Promise<void> {
    const isThere = () => {
      const text = this.#screen.slice(from);
      return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
    };
    while (!isThere()) {
      if (this.#over) throw new Error(`ended without ${pattern}:\n${JSON.stringify(this.#screen)}`);
      await this.#more.promise;
    }
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
