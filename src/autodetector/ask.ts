import type { OpenQuestion } from "../open-question.ts";

/**
 * Answers a question: a rename with one of its candidates, or undefined where it is new; a value for existing rows with
 * a text, or undefined where they get none. `problem` says why a text is no answer.
 */
export type Ask = (
  question: OpenQuestion,
  problem: (answer: string) => string | undefined,
) => Promise<string | undefined>;
