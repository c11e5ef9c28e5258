import { optionOf } from "../autodetector/questions-text.ts";
import { hidePassword } from "../connection/hide-password.ts";
import type { Answer, OpenQuestion } from "../open-question.ts";
import { shellOption, shellWord } from "../shell-word.ts";

/** The same command with the consent to lose data, as a line that can be pasted; a password in it is hidden. */
export function commandWithConsent(words: readonly string[], database: string): string {
  const kept = words.filter((word, at) => !word.startsWith("--confirm") && words[at - 1] !== "--confirm");
  return ["yara-orm", ...kept.map(shown), shellOption("confirm", database)].join(" ");
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
  return ["yara-orm", ...words.map(shown), ...options].join(" ");
}

/**
 * The options that say which migrations, which database and which lock are meant, each with the commands for which it counts: in
 * another mode the lock would keep nobody out.
 */
const PLACES: Readonly<Record<string, RegExp>> = {
  dir: /./,
  app: /./,
  db: /^(?!init$|makemigrations$)/,
  models: /^(makemigrations|check)$/,
  env: /./,
  "env-file": /./,
  config: /./,
  "lock-mode": /^(upgrade|downgrade|resolve)$/,
};

/** A command of the tool in a text, with what belongs to it: names of migrations and options. */
const COMMAND = /\byara-orm ([a-z]+)(?: (?:--[\w-]+|\d[\w-]*|zero))*/g;

/**
 * The text with the places of this command line in each command that it advises, so that these work on the same database and the
 * same files; a password is hidden.
 */
export function withPlaces(text: string, words: readonly string[]): string {
  const given = placesIn(words);
  return text.replaceAll(COMMAND, (command, name: string) => {
    const isWhole = /--(help|db)\b/.test(command);
    const places = isWhole ? [] : given.filter(([place]) => PLACES[place]?.test(name));
    return [command, ...places.map(([place, value]) => shellOption(place, value, shown(value)))].join(" ");
  });
}

function placesIn(words: readonly string[]): (readonly [place: string, value: string])[] {
  return words.flatMap((word, at) => {
    const [, place = "", value = words[at + 1]] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    return Object.hasOwn(PLACES, place) && value !== undefined ? [[place, value] as const] : [];
  });
}

/**
 * The word as it is typed, without its password: a variable of the shell that holds it stands in its place, where there is one.
 * In `--db=URL` the URL is looked at by itself: a password may have spaces.
 */
function shown(word: string): string {
  const [, option = "", value = ""] = /^(--\w+=)?(.*)$/s.exec(word) ?? [];
  const hidden = hidePassword(value);
  const variable = hidden === value ? undefined : variableWith(value);
  return variable === undefined ? shellWord(option + hidden) : `${option}"$${variable}"`;
}

/** Other shells than those of POSIX name their variables otherwise. */
function variableWith(value: string): string | undefined {
  if (process.platform === "win32") return undefined;
  return Object.keys(process.env).find((name) => /^[a-z_]\w*$/i.test(name) && process.env[name] === value);
}
