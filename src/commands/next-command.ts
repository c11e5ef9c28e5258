import { optionOf, quoted } from "../autodetector/questions-text.ts";
import { hidePassword } from "../connection/hide-password.ts";
import type { Answer, OpenQuestion } from "../open-question.ts";

/** The same command with the consent to lose data, as a line that can be pasted; a password in it is hidden. */
export function commandWithConsent(words: readonly string[], database: string): string {
  const kept = words.filter((word, at) => !word.startsWith("--confirm") && words[at - 1] !== "--confirm");
  return ["yara-orm", ...kept.map(shown), "--confirm", database].map(quoted).join(" ");
}

/** The same command with the likeliest answers, as a line that can be pasted; a password in it is hidden. */
export function commandWithAnswers(words: readonly string[], questions: readonly OpenQuestion[]): string {
  const options: string[] = [];
  const isGiven = (answer: Answer) => options.includes(optionOf(answer));
  for (const { answers, onlyIf = [] } of questions) {
    const [first] = answers;
    if (first === undefined || isGiven(first) || !onlyIf.every(isGiven)) continue;
    options.push(optionOf(first));
  }
  return ["yara-orm", ...words.map((word) => quoted(shown(word))), ...options].join(" ");
}

/** In `--db=URL` the URL is looked at by itself: a password may have spaces. */
function shown(word: string): string {
  const [, option = "", value = ""] = /^(--\w+=)?(.*)$/s.exec(word) ?? [];
  return option + hidePassword(value);
}
