/** One answer to a question, as it stands in a file of answers. */
export type Answer =
  /** The same thing under another name: `article=post`, `post.body=post.content`. */
  | { readonly rename: string }
  /** New, whatever else is gone: `post`, `post.content`. */
  | { readonly new: string }
  /** What the rows that exist get in a column, `user.age`; as JSON, or as the text of --fill. */
  | { readonly fill: string; readonly value: unknown }
  /** The rows that exist get nothing: the migration fails where there are any. */
  | { readonly noFill: string };

interface Answerable {
  /** What can be answered. The first answers of all questions fit together: they are the likeliest. */
  readonly answers: readonly Answer[];
  /** The question arises only if others are answered like this. */
  readonly onlyIf?: readonly Answer[];
}

/** Whether something new is something old under another name. */
export interface OpenRename extends Answerable {
  readonly kind: "table" | "column" | "value";
  /** Of a column; under its new name. */
  readonly table?: string;
  /** Of a value. */
  readonly enum?: string;
  readonly added: string;
  /** The old names that it could have had, the likeliest first. */
  readonly candidates: readonly string[];
}

/** What the rows that exist get in a column that is NOT NULL and has no default. */
export interface OpenFill extends Answerable {
  readonly kind: "fill";
  readonly table: string;
  readonly column: string;
  /** A column that is added has no value in any row; one that is altered lacks it where a row holds NULL. */
  readonly change: "added" | "altered";
  /** What a value of the column is, in words. */
  readonly expected: string;
}

/** A question that only a person can answer, as plain data. */
export type OpenQuestion = OpenRename | OpenFill;

/** What a question is about: `post`, `post.content`. */
export function subjectOf(question: OpenQuestion): string {
  if (question.kind === "fill") return `${question.table}.${question.column}`;
  const of = question.table ?? question.enum;
  return of === undefined ? question.added : `${of}.${question.added}`;
}
