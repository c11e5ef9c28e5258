import { shorten } from "../schema/identifier.ts";
import { qualifiedName, shortenTable } from "../schema/qualified-name.ts";
import { type Field, isRelation } from "./field.ts";

const SNAKE = /^[a-z\d_]*$/;
const WORD = /^[\w$]*$/;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The snake_case form of a TypeScript name: `createdAt` is `created_at`, `HTTPServer` is `http_server`. */
export function snakeCase(name: string): string {
  if (SNAKE.test(name)) return name;
  // The expressions below take a millisecond to compile.
  if (WORD.test(name)) {
    return name
      .replace(/([a-z\d])([A-Z])/g, "$1_$2")
      .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
      .toLowerCase();
  }
  return name
    .replace(/([\p{Ll}\p{Nd}])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();
}

/** True for a name that can stand behind a dot in TypeScript. */
export function isIdentifier(name: string): boolean {
  // Nearly all of them; the other expression takes a millisecond to compile.
  if (IDENTIFIER.test(name)) return true;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name);
}

/** The table of a model, after its schema: the one that it names, else its own name in snake_case. */
export function tableName(model: {
  readonly name: string;
  readonly options: { readonly table?: string; readonly schema?: string };
}): string {
  const { schema, table = snakeCase(model.name) } = model.options;
  return shortenTable(qualifiedName(schema, table));
}

/** The key under which a field stands in rows: its name, for a foreign key `author` it is `authorId`. */
export function attributeName(name: string, field: Field): string {
  return isRelation(field) ? `${name}Id` : name;
}

/** The column of a field: the one that it names, else its attribute in snake_case (`author_id` for `author`). */
export function columnName(name: string, field: Field): string {
  const own = field.options.dbColumn;
  if (own !== undefined) return shorten(own);
  return shorten(isRelation(field) ? `${snakeCase(name)}_id` : snakeCase(name));
}

/** What is wrong with a database identifier, as words to put behind its name, or undefined if nothing is. */
export function identifierProblem(name: unknown): string | undefined {
  if (typeof name !== "string") return "is not text";
  if (name === "") return "is empty";
  if (name.includes("\0")) return "contains a NUL character, which no database accepts";
  if (!name.isWellFormed()) return "contains half of a surrogate pair, which is no valid text";
  return undefined;
}

/** True for text that every database can hold: no NUL character, no half of a surrogate pair. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0") && value.isWellFormed();
}
