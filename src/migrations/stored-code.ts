import { MigrationError } from "../errors.ts";
import type { CodeFunction } from "../operations/types.ts";
import type { Marks } from "./plain-json.ts";

/** What is kept of a function: enough to tell whether it is another one, and not enough to run it. */
interface StoredFunction {
  readonly name: string;
  readonly hash: string;
}

const stored = new WeakMap<object, StoredFunction>();

/** Functions as what is kept of them. */
export const codeMarks: Marks = {
  encode: (fn) => stored.get(fn) ?? { name: "name" in fn ? String(fn.name) : "", hash: hashOf(String(fn)) },
  decode(value) {
    const { name, hash } = value as StoredFunction; // as encode has written it
    const fn: CodeFunction = () => {
      throw new MigrationError(
        `the code of ${name || "m.runCode"} is not stored`,
        "bring the migration's file back",
      );
    };
    Object.defineProperty(fn, "name", { value: name });
    stored.set(fn, { name, hash });
    return fn;
  },
};

/** True for a function that was read from a database, which cannot be called. */
export function isStoredCode(fn: CodeFunction | undefined): boolean {
  return fn !== undefined && stored.has(fn);
}

/** The hash of a function's text, in which comments, line breaks and indentation do not count. */
function hashOf(source: string): string {
  return new Bun.CryptoHasher("sha256").update(normalized(source)).digest("hex");
}

function normalized(source: string): string {
  try {
    return new Bun.Transpiler({ loader: "ts", minifyWhitespace: true }).transformSync(
      `export default (${source})`,
    );
  } catch {
    // A method of an object, which is no expression by itself.
    return source.replaceAll(/\s+/g, " ");
  }
}
