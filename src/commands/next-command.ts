import { optionOf, quoted } from "../autodetector/questions-text.ts";
import { hidePassword } from "../connection/hide-password.ts";
import type { Answer, OpenQuestion } from "../open-question.ts";

/** The same command with the likeliest answers, as a line that can be pasted; a password in it is hidden. */
export function commandWithAnswers(words: readonly string[], questions: readonly OpenQuestion[]): string {
  const options: string[] = [];
  const isGiven = (answer: Answer) => options.includes(optionOf(answer));
  for (const { answers, onlyIf = [] } of questions) {
    const [first] = answers;
    if (first === undefined || isGiven(first) || !onlyIf.every(isGiven)) continue;
    options.push(optionOf(first));
  }
  return ["yara-orm", ...words.map((word) => quoted(hidePassword(word))), ...options].join(" ");
}
