import { readFileSync } from "node:fs";
import { statOf } from "../file-kind.ts";
import type { Namespace } from "../import-module.ts";
import { migrations } from "../operations/build.ts";

/*
 * Most migration files are as makemigrations writes them: calls of the builders with data, and nothing else. What such a
 * file exports is found without the module loader of the runtime, which takes a tenth of a millisecond for each of a long
 * history. Every other file, and one in which a builder refuses what it gets, is imported, which also tells what is wrong.
 */

/** Larger files are few, and the check takes longer than its share of them. */
const MOST_BYTES = 64 * 1024;

/** What the words of a file are looked for outside of. Nothing in it ends a line, as JavaScript sees it, but a comment may. */
const TEXTS =
  /"(?:[^"\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*"|'(?:[^'\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*'|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g;

const NAMES = ["dependencies", "operations", "atomic", "timeouts"] as const;

const HEAD = 'import { migrations as m } from "yara-orm";';

/** What follows, its strings empty and its comments blank: constants of data and calls of builders. */
const PLAIN = new RegExp(
  String.raw`^(?:\s*export const (?:${NAMES.join("|")})(?:: string\[\])? = (?:${[
    String.raw`[\s[\]{}(),:+-]|""|\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])`,
    String.raw`\bm\.[A-Za-z]+(?=\()|\b(?:true|false|null|undefined)\b|\b[A-Za-z_]\w*(?=:)`,
  ].join("|")})*;)+\s*$`,
);

const EXPORT = /^export const (\w+)(?:: string\[\])?/gm;

/** What the file exports, where that is plain to see; undefined for any other file. */
export function readPlainModule(path: string): Namespace | undefined {
  const stat = statOf(path);
  if (stat === undefined || !stat.isFile() || stat.size > MOST_BYTES) return undefined;
  try {
    return evaluatePlain(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** What a text of that form exports; undefined for any other. Throws what a builder throws. */
export function evaluatePlain(text: string): Namespace | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const body = text.slice(HEAD.length);
  if (!PLAIN.test(body.replace(TEXTS, (part) => (part.startsWith("/") ? " " : '""')))) return undefined;
  const constants = body.replace(EXPORT, "const $1");
  const exported = NAMES.filter((name) => constants.includes(`const ${name} = `));
  const work = new Function("m", `"use strict";${constants}\nreturn { ${exported.join(", ")} };`);
  return work(migrations);
}
