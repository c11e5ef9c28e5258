import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import { messageOf } from "../shown.ts";
import { jsonErrorAt } from "./json-error.ts";

/** Answers as the options of `makemigrations` that they stand for. */
export interface Answers {
  readonly renames: readonly string[];
  readonly added: readonly string[];
  readonly fills: ReadonlyMap<string, string>;
  readonly noFill: readonly string[];
}

/** No answers at all. */
export const NO_ANSWERS: Answers = { renames: [], added: [], fills: new Map(), noFill: [] };

const KEYS = { rename: ["rename"], new: ["new"], fill: ["fill", "value"], noFill: ["noFill"] } as const;

/**
 * Reads a file of answers: `{ "answers": [...] }`, each as `--json` prints it with a question.
 * @throws UsageError naming the file and what is wrong in it
 */
export function readAnswers(path: string): Answers {
  const content = parse(path);
  const fail = (problem: string, hint = HINT) => new UsageError(`${path}: ${problem}`, hint);
  if (!isRecord(content)) throw fail("a file of answers is an object");
  for (const key of Object.keys(content)) {
    if (key !== "answers") throw fail(`unknown key ${JSON.stringify(key)}`, suggest(key, ["answers"]));
  }
  const { answers } = content;
  if (!Array.isArray(answers)) throw fail(`"answers" must be a list`);

  const renames: string[] = [];
  const added: string[] = [];
  const fills = new Map<string, string>();
  const noFill: string[] = [];
  for (const [at, answer] of answers.entries()) {
    const wrong = (problem: string, hint?: string) => fail(`answer ${at + 1}: ${problem}`, hint);
    if (!isRecord(answer)) throw wrong("an answer is an object");
    const kind = kindOf(answer);
    if (kind === undefined) throw wrong(`it has none of the keys ${Object.keys(KEYS).join(", ")}`);
    const allowed: readonly string[] = KEYS[kind];
    for (const key of Object.keys(answer)) {
      if (!allowed.includes(key)) {
        throw wrong(
          `unknown key ${JSON.stringify(key)} beside ${JSON.stringify(kind)}`,
          suggest(key, allowed),
        );
      }
    }
    const subject = answer[kind];
    if (typeof subject !== "string") throw wrong(`${JSON.stringify(kind)} must be text`);
    if (kind === "rename") renames.push(subject);
    else if (kind === "new") added.push(subject);
    else if (fills.has(subject)) throw wrong(`${subject} has a value already`, "give one value for it");
    else if (noFill.includes(subject))
      throw wrong(`${subject} is to have no value`, "give one answer for it");
    else if (kind === "noFill") noFill.push(subject);
    else fills.set(subject, valueText(answer.value) ?? refuse(wrong(`${subject} has no value`, VALUE_HINT)));
  }
  return { renames, added, fills, noFill };
}

const HINT = `as in { "answers": [{ "rename": "article=post" }, { "new": "post.title" }, { "fill": "post.rank", "value": 1 }] }`;
const VALUE_HINT = `put the value in the place of null, or answer { "noFill": ... }`;

function parse(path: string): unknown {
  if (path.trim() === "") throw new UsageError("--answers is empty", "name the file that has the answers");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
  const place = jsonErrorAt(text);
  if (place !== undefined) {
    throw new UsageError(`${path} is no JSON: line ${place.line}, column ${place.column}`, HINT);
  }
  return JSON.parse(text, keepDigits);
}

/** A number stays as it is written: as a number it could lose digits. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? new Digits(context?.source ?? String(value)) : value;
}

class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value as the text of `--fill`; undefined for none. */
function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return value instanceof Digits ? value.text : jsonText(value);
}

function jsonText(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}:${jsonText(part)}`)
    .join(",")}}`;
}

function kindOf(answer: Readonly<Record<string, unknown>>): keyof typeof KEYS | undefined {
  return (["rename", "new", "fill", "noFill"] as const).find((kind) => kind in answer);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(error: UsageError): never {
  throw error;
}
