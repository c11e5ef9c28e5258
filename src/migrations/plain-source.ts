import { readFileSync } from "node:fs";
import { statOf } from "../file-kind.ts";
import type { Namespace } from "../import-module.ts";
import { migrations } from "../operations/build.ts";

/*
 * Most migration files are as makemigrations writes them: calls of the builders with data, and nothing else. What such a
 * file exports is found without the module loader of the runtime, which takes a tenth of a millisecond for each of a long
 * history. Every other file, and one that fails, is imported, which also tells what is wrong.
 */

const HEAD = 'import { migrations as m } from "yara-orm";';

const NAMES: readonly string[] = ["dependencies", "operations", "atomic", "timeouts"];

/** Whatever is none of these is a token of its own, which nothing expects. */
const TOKENS = new RegExp(
  [
    // An alternative for each character would take seconds for a megabyte.
    String.raw`"[^"\\\n\r\u2028\u2029]*(?:\\[^\n\r\u2028\u2029][^"\\\n\r\u2028\u2029]*)*"`,
    String.raw`'[^'\\\n\r\u2028\u2029]*(?:\\[^\n\r\u2028\u2029][^'\\\n\r\u2028\u2029]*)*'`,
    String.raw`\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/`,
    String.raw`: string\[\]|[A-Za-z_][\w.]*|(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|\S`,
  ].join("|"),
  "g",
);

const ESCAPE = /\\(?:u([\dA-Fa-f]{4})|u\{([\dA-Fa-f]{1,6})\}|([\s\S]))/g;
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ...["\\", '"', "'", "`"].map((character) => [character, character] as const),
]);

const KEY = /^[A-Za-z_]\w*$/;

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
]);

const BUILDERS: ReadonlyMap<string, unknown> = new Map(
  Object.entries(migrations).map(([name, build]) => [`m.${name}`, build]),
);

/**
 * What the file exports, where that is plain to see; undefined for any other file. `isFile`: the directory says that it
 * is one.
 */
export function readPlainModule(path: string, isFile: boolean): Namespace | undefined {
  try {
    // A pipe would wait for ever.
    if (!isFile && statOf(path)?.isFile() !== true) return undefined;
    return evaluatePlain(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** What a text of that form exports; undefined for any other. Throws what a builder throws. */
export function evaluatePlain(text: string): Namespace | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const tokens = text.slice(HEAD.length).match(TOKENS) ?? [];
  const hasComments = text.includes("//") || text.includes("/*");
  try {
    return new PlainSource(hasComments ? tokens.filter(isNoComment) : tokens).exports();
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

function isNoComment(token: string): boolean {
  return !token.startsWith("//") && !token.startsWith("/*");
}

/** Thrown at the first thing that only the runtime understands. */
const NOT_PLAIN = new Error("not plain");

/** Reads the data of a module and calls its builders, in the order in which the runtime would. */
class PlainSource {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  exports(): Namespace {
    const found = new Map<string, unknown>();
    while (this.#at < this.#tokens.length) {
      if (this.#take(";")) continue;
      for (const word of ["export", "const"]) this.#require(word);
      const name = this.#next();
      if (!NAMES.includes(name) || found.has(name)) throw NOT_PLAIN;
      this.#take(": string[]");
      this.#require("=");
      found.set(name, this.#value());
      // Where a statement without it ends, the runtime knows.
      if (this.#at < this.#tokens.length) this.#require(";");
    }
    return Object.fromEntries(NAMES.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])));
  }

  #value(): unknown {
    const token = this.#next();
    if (token === "[") return this.#list("]");
    if (token === "{") return this.#object();
    if (token === "-") return -numberOf(this.#next());
    const first = token.charAt(0);
    if (first === '"' || first === "'") return textOf(token);
    if (isDigit(first)) return numberOf(token);
    if (CONSTANTS.has(token)) return CONSTANTS.get(token);
    const build = BUILDERS.get(token);
    if (typeof build !== "function") throw NOT_PLAIN;
    this.#require("(");
    return Reflect.apply(build, migrations, this.#list(")"));
  }

  #list(end: string): unknown[] {
    const values: unknown[] = [];
    while (!this.#take(end)) {
      values.push(this.#value());
      if (this.#take(",")) continue;
      this.#require(end);
      break;
    }
    return values;
  }

  #object(): Readonly<Record<string, unknown>> {
    const object: Record<string, unknown> = {};
    while (!this.#take("}")) {
      const key = keyOf(this.#next());
      this.#require(":");
      object[key] = this.#value();
      if (this.#take(",")) continue;
      this.#require("}");
      break;
    }
    return object;
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw NOT_PLAIN;
    this.#at += 1;
    return token;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #require(token: string): void {
    if (!this.#take(token)) throw NOT_PLAIN;
  }
}

function numberOf(token: string): number {
  if (!isDigit(token.charAt(0))) throw NOT_PLAIN;
  return Number(token);
}

function keyOf(token: string): string {
  const first = token.charAt(0);
  const isText = first === '"' || first === "'";
  const key = isText ? textOf(token) : token;
  // That is no key, but the prototype.
  if (key === "__proto__" || !(isText || KEY.test(key))) throw NOT_PLAIN;
  return key;
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

/** The text of a string. */
function textOf(token: string): string {
  if (token.length < 2) throw NOT_PLAIN;
  const text = token.slice(1, -1);
  return text.includes("\\") ? text.replace(ESCAPE, unescaped) : text;
}

function unescaped(_: string, unit: string | undefined, point: string | undefined, other: string): string {
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  if (point !== undefined) return String.fromCodePoint(Number.parseInt(point, 16));
  const character = ESCAPED.get(other);
  if (character === undefined) throw NOT_PLAIN;
  return character;
}
