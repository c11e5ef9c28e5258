import { spawn } from "node:child_process";
import { requireBinary } from "./binary.ts";

/** A command that runs, and what it has printed so far. */
export class Running {
  readonly ended: Promise<number | null>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  #stdout = "";
  #stderr = "";
  #more = Promise.withResolvers<void>();
  #over = false;

  constructor(words: readonly string[], cwd: string) {
    const command = spawn(requireBinary(), words, { cwd, env: {}, stdio: ["ignore", "pipe", "pipe"] });
    this.#kill = (signal) => command.kill(signal);
    command.stdout.on("data", (chunk: Buffer) => {
      this.#stdout += chunk.toString();
    });
    command.stderr.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      this.#wake();
    });
    this.ended = new Promise((resolve) =>
      command.once("close", (code) => {
        this.#over = true;
        this.#wake();
        resolve(code);
      }),
    );
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get over(): boolean {
    return this.#over;
  }

  kill(signal: NodeJS.Signals): void {
    this.#kill(signal);
  }

  /** Waits until that is on stderr. Throws where the command ends without it. */
  async saying(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#stderr)) {
      if (this.#over) throw new Error(`ended without ${pattern}:\n${this.#stderr}`);
      await this.#more.promise;
    }
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
