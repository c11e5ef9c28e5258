import { isOperation } from "../operations/shapes.ts";
import type { Migration } from "./migration.ts";
import { fromPlainJson, hasMarks, toPlainJson } from "./plain-json.ts";
import { codeMarks, isStoredCode } from "./stored-code.ts";

/** What a migration says, however it is written; its dependencies by full name. */
export type Meaning = Pick<Migration, "dependencies" | "operations" | "atomic">;

/** The meaning as text, for `parseMeaning`. */
export function printMeaning({ dependencies, operations, atomic }: Meaning): string {
  return toPlainJson({ dependencies, atomic, operations }, codeMarks);
}

/** A hash of the meaning: the order of keys and dependencies, formatting and comments do not count. */
export function checksumOf(meaning: Meaning): string {
  return hashOf(sortedText(meaning));
}

/** What `checksumOf` and `printMeaning` return, in little more time than the first alone takes. */
export function storeMeaning(meaning: Meaning): { readonly checksum: string; readonly content: string } {
  const sorted = sortedText(meaning);
  const { dependencies, operations, atomic } = meaning;
  const content = hasMarks(sorted)
    ? printMeaning(meaning)
    : JSON.stringify({ dependencies, atomic, operations });
  return { checksum: hashOf(sorted), content };
}

function sortedText({ dependencies, operations, atomic }: Meaning): string {
  return toPlainJson({ dependencies: [...dependencies].sort(), atomic, operations }, codeMarks, true);
}

function hashOf(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

/**
 * What `printMeaning` has written; the functions in it only throw. Undefined where the text is something else, such as
 * that of a later version with operations that this one does not know.
 */
export function parseMeaning(text: string): Meaning | undefined {
  try {
    const found = fromPlainJson(text, codeMarks);
    return isMeaning(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The places (from 0) of the operations whose code was not stored. */
export function lostCode({ operations }: Meaning): number[] {
  return operations.flatMap((operation, at) =>
    operation.kind === "runCode" && isStoredCode(operation.forward) ? [at] : [],
  );
}

function isMeaning(value: unknown): value is Meaning {
  if (typeof value !== "object" || value === null) return false;
  const { dependencies, operations, atomic }: Partial<Record<keyof Meaning, unknown>> = value;
  return (
    Array.isArray(dependencies) &&
    dependencies.every((name) => typeof name === "string") &&
    typeof atomic === "boolean" &&
    Array.isArray(operations) &&
    operations.every(isOperation)
  );
}
