import { readFileSync } from "node:fs";
import { statOf } from "../file-kind.ts";
import type { Namespace } from "../import-module.ts";
import { migrations } from "../operations/build.ts";

/*
 * Most migration files are as makemigrations writes them: calls of the builders with data, and nothing else. What such a
 * file exports is found without the module loader of the runtime, which takes a tenth of a millisecond for each of a long
 * history. Every other file, and one that fails, is imported, which also tells what is wrong.
 */

/** What must not be looked at: strings, and comments as JavaScript sees their ends. */
const TEXTS =
  /"(?:[^"\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*"|'(?:[^'\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*'|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g;

const HEAD = 'import { migrations as m } from "yara-orm";';

const NAMES = ["dependencies", "operations", "atomic", "timeouts"] as const;

/** All else that there may be: constants of data and of calls of builders. In which order, the runtime judges. */
const PARTS = new RegExp(
  [
    String.raw`[\s[\]{}(),:;+-]+|""|\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])|\b(?:true|false|null|undefined)\b`,
    String.raw`\bm\.[A-Za-z]+(?=\()|\b[A-Za-z_]\w*(?=:)`,
    String.raw`\bexport const (?:${NAMES.join("|")})(?:: string\[\])? = `,
  ].join("|"),
  "g",
);

const EXPORT = /^export const (\w+)(?:: string\[\])?/gm;

/** What the file exports, where that is plain to see; undefined for any other file. */
export function readPlainModule(path: string): Namespace | undefined {
  try {
    // A pipe would wait for ever.
    return statOf(path)?.isFile() === true ? evaluatePlain(readFileSync(path, "utf8")) : undefined;
  } catch {
    return undefined;
  }
}

/** What a text of that form exports; undefined for any other. Throws what a builder throws. */
export function evaluatePlain(text: string): Namespace | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const body = text.slice(HEAD.length);
  if (body.replace(TEXTS, '""').replace(PARTS, "") !== "") return undefined;
  const constants = body.replace(EXPORT, "const $1");
  const exported = NAMES.filter((name) => constants.includes(`const ${name} = `));
  const work = new Function("m", `"use strict";${constants}\nreturn { ${exported.join(", ")} };`);
  return work(migrations);
}
