import { type Answer, type OpenQuestion, subjectOf } from "../open-question.ts";
import { shellOption } from "../shell-word.ts";

/** What is asked, as one line that ends with a question mark. */
export function questionText(question: OpenQuestion): string {
  const subject = subjectOf(question);
  if (question.kind !== "fill") return `Is the ${question.kind} ${subject} one that had another name?`;
  return question.change === "added"
    ? `${subject} is NOT NULL and has no default: what do the rows that exist get?`
    : `${subject} becomes NOT NULL: what do the rows that hold NULL get?`;
}

/** The questions with what answers each on the command line, as text of several lines. */
export function questionsText(questions: readonly OpenQuestion[]): string {
  const blocks = questions.map((question) => {
    const conditions = question.onlyIf?.map(optionOf).join(" and ");
    const answers = question.answers.map(
      (answer) => [optionOf(answer), meaningOf(answer, question)] as const,
    );
    const width = Math.max(...answers.map(([option]) => option.length));
    return [
      `${questionText(question)}${conditions === undefined ? "" : ` (only with ${conditions})`}`,
      ...answers.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`),
    ].join("\n");
  });
  return blocks.join("\n");
}

/** The option that gives the answer on the command line, quoted for a shell where it must be. */
export function optionOf(answer: Answer): string {
  if ("rename" in answer) return shellOption("rename", answer.rename);
  if ("new" in answer) return shellOption("new", answer.new);
  if ("fill" in answer) return fillOption(answer.fill, "VALUE");
  return "--no-fill";
}

/** `--fill` for the rows that exist: the name of a column that the value could not be told from stands in the quotes of JSON. */
export function fillOption(column: string, value: string): string {
  const key = /=|^"/.test(column) ? JSON.stringify(column) : column;
  return shellOption("fill", `${key}=${value}`);
}

function meaningOf(answer: Answer, question: OpenQuestion): string {
  if ("rename" in answer) return "yes, that one: its data stays";
  if ("new" in answer) return "no, it is new: what is gone is dropped";
  if ("fill" in answer) return question.kind === "fill" ? `this value: ${question.expected}` : "";
  return "none: the migration fails where there are such rows";
}
