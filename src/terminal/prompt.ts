import type { Ask } from "../autodetector/ask.ts";
import { questionText } from "../autodetector/questions-text.ts";
import { NeedsAnswerError, stoppedAtQuestion } from "../errors.ts";
import { type OpenFill, type OpenQuestion, type OpenRename, subjectOf } from "../open-question.ts";
import { isAutomated, isTerminal } from "./is-terminal.ts";
import { select } from "./select.ts";
import { visible } from "./visible.ts";

/** True where somebody sits at a terminal who can be asked: not in CI, and not with `--no-input`. */
export async function canAsk(wanted: boolean): Promise<boolean> {
  return wanted && !isAutomated() && (await isTerminal(STDIN)) && (await isTerminal(STDERR));
}

const STDIN = 0;
const STDERR = 2;

/**
 * Asks at the terminal until there is an answer; `colours` as `choosePaint` takes them.
 * @throws NeedsAnswerError where the input ends without one, or somebody leaves; StoppedError for Ctrl-C
 */
export const askAtTerminal =
  (colours: boolean | undefined): Ask =>
  async (question, problem) =>
    question.kind === "fill" ? await askFill(question, problem, colours) : await askRename(question, colours);

type Colours = boolean | undefined;

async function askRename(question: OpenRename, colours: Colours): Promise<string | undefined> {
  const { candidates } = question;
  const choices = [
    ...candidates.map((candidate) => `yes, it was ${candidate}: rename it, its data stays`),
    `no, ${subjectOf(question)} is new: add it, and drop what is gone`,
  ];
  return candidates[await choose(question, choices, colours)];
}

async function askFill(
  question: OpenFill,
  problem: Parameters<Ask>[1],
  colours: Colours,
): Promise<string | undefined> {
  const { column, change, expected } = question;
  const rows = change === "added" ? "the table has rows" : "a row holds NULL";
  const choices = [
    `a value that you enter now: ${expected}`,
    `none: the migration fails where ${rows}`,
    "leave, and write nothing",
  ];
  const chosen = await choose(question, choices, colours);
  if (chosen === 1) return undefined;
  if (chosen === 2) throw unanswered(question);
  for (;;) {
    const value = await ask(`Value of ${column}: `);
    if (value === undefined) throw unanswered(question);
    const wrong = problem(value);
    if (wrong === undefined) return value;
    console.warn(wrong);
  }
}

/** The place of the choice that is taken, from 0. Enter alone takes the first. */
async function choose(question: OpenQuestion, choices: readonly string[], colours: Colours): Promise<number> {
  if (process.env.TERM !== "dumb") {
    const chosen = await select(questionText(question), choices, colours);
    if (chosen === undefined) throw unanswered(question);
    return chosen;
  }
  const text = [
    questionText(question),
    ...choices.map((choice, at) => `  ${at + 1}) ${choice}`),
    `Choose 1-${choices.length} (1): `,
  ].join("\n");
  for (;;) {
    const answer = await ask(text);
    if (answer === undefined) throw unanswered(question);
    const chosen = Number(answer.trim() || 1);
    if (Number.isInteger(chosen) && chosen >= 1 && chosen <= choices.length) return chosen - 1;
  }
}

function unanswered(question: OpenQuestion): NeedsAnswerError {
  const subject = subjectOf(question);
  return question.kind === "fill"
    ? new NeedsAnswerError(
        `what existing rows get in ${subject} was not answered`,
        `answer at the terminal, or with --fill ${subject}=VALUE or --no-fill`,
      )
    : new NeedsAnswerError(
        `whether the ${question.kind} ${subject} was renamed was not answered`,
        "answer at the terminal, or with --rename old=new, --new name or --no-rename",
      );
}

/**
 * One line from the terminal; undefined where the input ends, which `question` never tells.
 * @throws StoppedError where Ctrl-C is pressed
 */
export async function ask(text: string): Promise<string | undefined> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // What comes next is not to stand behind the question.
  const endLine = () => process.stderr.write("\n");
  const closed = new Promise<undefined>((resolve, reject) => {
    lines.once("close", () => resolve(undefined));
    lines.once("SIGINT", () => reject(stoppedAtQuestion()));
  });
  try {
    const answer = await Promise.race([lines.question(visible(text)).catch(() => undefined), closed]);
    if (answer === undefined) endLine();
    return answer;
  } catch (error) {
    endLine();
    throw error;
  } finally {
    lines.close();
  }
}
