import type { Schema } from "../schema/schema.ts";
import { columnQuestions, type RenameQuestion, tableQuestions, valueQuestions } from "./rename-candidates.ts";
import { applyRenames, type Rename, type Renamed } from "./renames.ts";

/** Answers a question with one of its candidates, or undefined: it is new. */
export type Ask = (question: RenameQuestion) => Promise<string | undefined>;

/**
 * The renames that were given and those that `ask` answers, carried out: tables first, so that the columns of a renamed
 * table are asked for, too. Without `ask` nothing but what was given is renamed.
 * @throws UsageError, see applyRenames
 */
export async function askRenames(
  from: Schema,
  to: Schema,
  given: readonly Rename[],
  ask: Ask | undefined,
): Promise<Renamed> {
  let renames = given;
  let renamed = applyRenames(from, to, renames);
  if (ask === undefined) return renamed;
  for (const find of [tableQuestions, columnQuestions, valueQuestions]) {
    const answers: Rename[] = [];
    for (const question of find(renamed.schema, to)) {
      const free = question.candidates.filter((candidate) => !isTaken(candidate, question, answers));
      const old = free.length === 0 ? undefined : await ask({ ...question, candidates: free });
      if (old !== undefined) answers.push(answerOf(question, old));
    }
    if (answers.length === 0) continue;
    renames = [...renames, ...answers];
    renamed = applyRenames(from, to, renames);
  }
  return renamed;
}

function isTaken(candidate: string, question: RenameQuestion, answers: readonly Rename[]): boolean {
  const { from: _, to: __, ...place } = answerOf(question, candidate);
  return answers.some(({ from, to: ___, ...other }) => from === candidate && Bun.deepEquals(place, other));
}

function answerOf({ kind, of = "", added }: RenameQuestion, old: string): Rename {
  switch (kind) {
    case "table":
      return { kind, from: old, to: added };
    case "column":
      return { kind, table: of, from: old, to: added };
    case "value":
      return { kind, enum: of, from: old, to: added };
  }
}
