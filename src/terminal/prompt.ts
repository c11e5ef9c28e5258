import type { RenameQuestion } from "../autodetector/rename-candidates.ts";
import { NeedsAnswerError } from "../errors.ts";
import { isTerminal } from "./is-terminal.ts";

/** True where somebody sits at a terminal who can be asked: not in CI, and not with `--no-input`. */
export async function canAsk(wanted: boolean): Promise<boolean> {
  return wanted && !process.env.CI && (await isTerminal(STDIN)) && (await isTerminal(STDERR));
}

const STDIN = 0;
const STDERR = 2;

/**
 * Asks which of the old names something new had. Returns undefined for none.
 * @throws NeedsAnswerError where the input ends without an answer
 */
export async function askRename(question: RenameQuestion): Promise<string | undefined> {
  const { kind, of, added, candidates } = question;
  const name = of === undefined ? added : `${of}.${added}`;
  const choices = [
    ...candidates.map((candidate) => `yes, it was ${candidate}: rename it, its data stays`),
    `no, ${name} is new: add it, and drop what is gone`,
  ];
  const text = [
    `Is the ${kind} ${name} one that had another name?`,
    ...choices.map((choice, at) => `  ${at + 1}) ${choice}`),
    `Choose 1-${choices.length}: `,
  ].join("\n");
  for (;;) {
    const answer = await ask(text);
    if (answer === undefined) {
      throw new NeedsAnswerError(
        `whether the ${kind} ${name} was renamed was not answered`,
        "answer at the terminal, or with --rename old=new or --no-rename",
      );
    }
    const chosen = Number(answer.trim());
    if (Number.isInteger(chosen) && chosen >= 1 && chosen <= choices.length) return candidates[chosen - 1];
  }
}

/** One line from the terminal; undefined where the input ends or Ctrl-C is pressed, which `question` never tells. */
async function ask(text: string): Promise<string | undefined> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
  lines.on("SIGINT", () => lines.close());
  try {
    return await Promise.race([lines.question(text).catch(() => undefined), closed]);
  } finally {
    lines.close();
  }
}
