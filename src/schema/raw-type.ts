import { type DialectName, type Expression, expressionFor } from "./expression.ts";
import { tokenizeSql } from "./sql-tokens.ts";

/** Words that would end the type and begin something else of a column. */
const AFTER_TYPE: ReadonlySet<string> = new Set(
  (
    "as check collate compression constraint default deferrable generated initially not null primary references " +
    "storage unique using"
  ).split(" "),
);

/** What is wrong with a type on one database only. */
const OWN_RULES: Readonly<Record<DialectName, (type: string) => string | undefined>> = {
  postgres(type) {
    if (type === "") return "the type is empty";
    return /^(small|big)?serial[248]?$/i.test(type)
      ? `${type} is no type, but an integer that counts: use int with autoIncrement`
      : undefined;
  },
  // A column may have no type there (https://www.sqlite.org/datatype3.html, 3.1).
  sqlite: () => undefined,
};

/**
 * What is wrong with the text of a column's type, one for each database, or undefined if nothing is. It goes into statements
 * as it is written, so it must not be more than a type.
 */
export function rawTypeProblem(type: unknown): string | undefined {
  if (typeof type === "string") {
    return textProblem(type, "postgres") ?? textProblem(type, "sqlite");
  }
  if (typeof type !== "object" || type === null) return "the type is not text";
  for (const dialect of ["postgres", "sqlite"] as const) {
    const text: unknown = Reflect.get(type, dialect);
    const problem = typeof text === "string" ? textProblem(text, dialect) : "the type is not text";
    if (problem !== undefined) return `${problem} (${dialect})`;
  }
  return undefined;
}

/** The text of the type on one database, without blanks around it. */
export function rawTypeFor(type: Expression, dialect: DialectName): string {
  return expressionFor(type, dialect).trim();
}

function textProblem(text: string, dialect: DialectName): string | undefined {
  const shown = JSON.stringify(text);
  if (text.includes("\0")) return `the type ${shown} contains a NUL character`;
  const own = OWN_RULES[dialect](text.trim());
  if (own !== undefined || text.trim() === "") return own;
  const open: string[] = [];
  for (const token of tokenizeSql(text)) {
    if (token.kind === "comment") return `the type ${shown} contains a comment`;
    if (token.kind === "string") return `the type ${shown} contains a text`;
    if (token.kind === "quoted" && !/^"(?:[^"]|"")+"$/.test(token.text)) {
      return `the type ${shown} contains a name that is not quoted as "name"`;
    }
    if (token.kind === "word" && AFTER_TYPE.has(token.text.toLowerCase())) {
      return `the type ${shown} goes on with ${token.text}: it is a type alone`;
    }
    if (token.kind !== "symbol") continue;
    if (token.text === "(" || token.text === "[") open.push(token.text);
    else if (token.text === ")" || token.text === "]") {
      if (open.pop() !== (token.text === ")" ? "(" : "["))
        return `the type ${shown} has unbalanced parentheses`;
    } else if (token.text === "," ? open.length === 0 : !".+-".includes(token.text)) {
      return `the type ${shown} contains ${JSON.stringify(token.text)}`;
    }
  }
  return open.length > 0 ? `the type ${shown} has unbalanced parentheses` : undefined;
}
