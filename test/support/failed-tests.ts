/** The most lines of one failed test that are shown again. */
const LINES = 80;
const OUTCOME = /^\((?:pass|fail|skip|todo)\) /;
const FILE = /^\S+\.test\.ts:$/;
/** The first line of the error of a file that cannot be loaded, which no outcome follows. */
const NOT_LOADED = "# Unhandled error";
/** Where Bun's own end begins: the failed tests of a long run by name, and how many there were. */
const END = /^ *\d+ (?:pass|tests? failed:)$/;

/**
 * Collects the failed tests from the lines that `bun test` prints, so that they can be shown once more at the end,
 * where somebody who has only the end of a long log finds them.
 */
export class FailedTests {
  readonly #found: string[] = [];
  #file = "";
  /** What was printed since the last test ended: of a test that fails, its error. */
  #lines: string[] = [];
  #ended = false;
  #rest = "";

  add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#addLine(line);
  }

  /** Each failed test with its file and what it printed last; empty where none failed. */
  get found(): readonly string[] {
    return this.#found;
  }

  #addLine(line: string): void {
    const plain = Bun.stripANSI(line);
    if (this.#ended) return;
    this.#ended = END.test(plain);
    if (!FILE.test(plain) && !OUTCOME.test(plain) && !this.#ended) {
      this.#lines.push(line);
      return;
    }
    if (this.#lines.some((earlier) => Bun.stripANSI(earlier).startsWith(NOT_LOADED))) this.#keep();
    if (plain.startsWith("(fail)")) this.#keep(line);
    if (FILE.test(plain)) this.#file = plain;
    this.#lines = [];
  }

  #keep(...outcome: readonly string[]): void {
    this.#found.push([this.#file, ...this.#lines.slice(-LINES), ...outcome].join("\n").trim());
  }
}
