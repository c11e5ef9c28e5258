import { UsageError } from "../errors.ts";
import type { Schema } from "../schema/schema.ts";
import { QUESTIONS, type RenameQuestion } from "./rename-candidates.ts";
import { type Added, applyRenames, type Rename, type Renamed } from "./renames.ts";
import { dropReplaced, replacesColumn } from "./said-to-be-new.ts";

/** What has been decided of names. */
export interface RenameAnswers {
  readonly renames: readonly Rename[];
  readonly added: readonly Added[];
}

/**
 * Answers a question with one of the candidates that are `free` still, or undefined: it is new. `decided` has led to it.
 */
export type Choose = (
  question: RenameQuestion,
  free: readonly string[],
  decided: readonly Rename[],
) => Promise<string | undefined>;

/**
 * The renames that were given and those that `choose` answers, carried out: tables first, so that the columns of a
 * renamed table come up, too. What is answered already does not come up.
 * @throws UsageError for what is said to be new and is not; see applyRenames
 */
export async function askRenames(
  from: Schema,
  to: Schema,
  { renames: given, added }: RenameAnswers,
  choose: Choose,
): Promise<Renamed & { readonly renames: readonly Rename[] }> {
  const known = [...added];
  let renames = given;
  let renamed = applyRenames(from, to, renames, known);
  for (const one of added) requireNew(one, renamed.schema, to);
  for (const find of QUESTIONS) {
    const answers: Rename[] = [];
    for (const question of find(renamed.schema, to)) {
      if (known.some((other) => isSame(other, question))) continue;
      const free = question.candidates.filter((candidate) => !isTaken(candidate, question, answers));
      const old = await choose(question, free, renames);
      if (old === undefined) known.push(question);
      else answers.push(renameOf(question, old));
    }
    if (answers.length === 0) continue;
    renames = [...renames, ...answers];
    renamed = applyRenames(from, to, renames, known);
  }
  return { ...dropReplaced(renamed, to, known), renames };
}

/** True if both speak of the same thing. */
export function isSame(left: Added, right: Added): boolean {
  return left.kind === right.kind && left.of === right.of && left.added === right.added;
}

/** The rename that answers a question with an old name. */
export function renameOf({ kind, of = "", added }: Added, old: string): Rename {
  switch (kind) {
    case "table":
      return { kind, from: old, to: added };
    case "column":
      return { kind, table: of, from: old, to: added };
    case "value":
      return { kind, enum: of, from: old, to: added };
  }
}

function requireNew(one: Added, schema: Schema, to: Schema): void {
  const { kind, of = "", added } = one;
  const isThere =
    kind === "table"
      ? schema.tables.has(added)
      : kind === "column"
        ? schema.tables.get(of)?.columns.some(({ name }) => name === added)
        : schema.enums.get(of)?.values.includes(added);
  if (isThere !== true || replacesColumn(one, schema, to)) return;
  const name = kind === "table" ? added : `${of}.${added}`;
  throw new UsageError(`the ${kind} ${name} is said to be new, and the migrations have it already`);
}

function isTaken(candidate: string, question: RenameQuestion, answers: readonly Rename[]): boolean {
  const { from: _, to: __, ...place } = renameOf(question, candidate);
  return answers.some(({ from, to: ___, ...other }) => from === candidate && Bun.deepEquals(place, other));
}
