import { readFileSync } from "node:fs";
import { statOf } from "../file-kind.ts";
import type { Namespace } from "../import-module.ts";
import { expectToReadText } from "../much-to-do.ts";
import { migrations } from "../operations/build.ts";

/*
 * Most migration files are as makemigrations writes them: calls of the builders with data, and nothing else. What such a
 * file exports is found without the module loader of the runtime, which takes a tenth of a millisecond for each of a long
 * history. Every other file, and one that fails, is imported, which also tells what is wrong.
 */

const HEAD = 'import { migrations as m } from "yara-orm";';

const NAMES = ["dependencies", "operations", "atomic", "timeouts"] as const;

/** How an export begins, at the start of a line: no string and no other statement is there. */
const EXPORT = new RegExp(String.raw`^export const (${NAMES.join("|")})(?:: string\[\])? = `, "gm");

/**
 * All that data and calls of builders are written with. Nothing else can be called, named or assigned with these, so that
 * the text means the same as a function as it does as a module.
 */
const TOKENS = new RegExp(
  [
    // An alternative for each character would take seconds for a megabyte.
    String.raw`"[^"\\\n\r\u2028\u2029]*(?:\\[^\n\r\u2028\u2029][^"\\\n\r\u2028\u2029]*)*"`,
    String.raw`'[^'\\\n\r\u2028\u2029]*(?:\\[^\n\r\u2028\u2029][^'\\\n\r\u2028\u2029]*)*'`,
    String.raw`\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/`,
    // In a module, unlike in a function, "await" is a word of the language.
    String.raw`(?!await\b)[A-Za-z_]\w*(?=:)|(?:true|false|null|undefined)\b`,
    String.raw`m\.(?:${Object.keys(migrations).join("|")})\(`,
    String.raw`(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|[\s\[\]{})\-:;,]+`,
    EXPORT.source,
  ].join("|"),
  "gm",
);

/**
 * What the file exports, where that is plain to see; undefined for any other file. `isFile`: the directory says that it
 * is one.
 */
export function readPlainModule(path: string, isFile: boolean): Namespace | undefined {
  try {
    // A pipe would wait for ever.
    if (!isFile && statOf(path)?.isFile() !== true) return undefined;
    const text = readFileSync(path, "utf8");
    expectToReadText(text.length);
    return evaluatePlain(text);
  } catch {
    return undefined;
  }
}

/** What a text of that form exports; undefined for any other. Throws what a builder throws. */
export function evaluatePlain(text: string): Namespace | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const rest = text.slice(HEAD.length);
  if (rest.replace(TOKENS, "") !== "") return undefined;
  const found = new Set<string>();
  const statements = rest.replace(EXPORT, (_, name: string) => {
    found.add(name);
    return `const ${name} = `;
  });
  const names = NAMES.filter((name) => found.has(name));
  return compile(`"use strict";${statements}\nreturn { ${names.join(", ")} };`)?.(migrations);
}

/** The function with that body; undefined where it is none. */
function compile(body: string): ((m: typeof migrations) => Namespace) | undefined {
  try {
    return new Function("m", body) as (m: typeof migrations) => Namespace; // as `evaluatePlain` has put it together
  } catch {
    return undefined;
  }
}
