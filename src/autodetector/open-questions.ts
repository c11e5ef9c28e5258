import { expectedText } from "../models/expected-text.ts";
import type { Answer, OpenFill, OpenQuestion, OpenRename } from "../open-question.ts";
import type { Schema } from "../schema/schema.ts";
import { askRenames, type RenameAnswers, renameOf } from "./ask-renames.ts";
import { targetsOf } from "./column-targets.ts";
import { diffSchemas } from "./diff.ts";
import type { Fills, MissingFill } from "./fill.ts";
import type { RenameQuestion } from "./rename-candidates.ts";
import { applyRenames, type Rename } from "./renames.ts";
import { dropReplaced } from "./said-to-be-new.ts";

/**
 * Every question that these answers leave open: what arises in any case, what arises if everything is what it most
 * likely is, and what existing rows need in either case. Where other answers lead is known only after them.
 */
export async function openQuestions(
  from: Schema,
  to: Schema,
  answers: RenameAnswers,
  fills: Fills,
): Promise<OpenQuestion[]> {
  const questions: OpenRename[] = [];
  const asked: RenameQuestion[] = [];
  const isAssumed = (rename: Rename) => !answers.renames.includes(rename);
  const likeliest = await askRenames(from, to, answers, async (question, free, decided) => {
    const [best] = free;
    asked.push(question);
    const causes = decided.filter((rename) => isAssumed(rename) && bringsUp(rename, question, to));
    questions.push(openRename(question, best, causes));
    return best;
  });

  const decided = applyRenames(from, to, answers.renames, answers.added);
  const allNew = dropReplaced(decided, to, [...answers.added, ...asked]);
  const needed = diffSchemas(allNew.schema, to, fills).missingFills;
  if (questions.length === 0) return needed.map((missing) => openFill(missing, to));
  const neededThen = diffSchemas(likeliest.schema, to, fills).missingFills;
  const has = (list: readonly MissingFill[], { table, column }: MissingFill) =>
    list.some((other) => other.table === table && other.column === column);
  return [
    ...questions,
    ...needed.map((missing) =>
      openFill(missing, to, has(neededThen, missing) ? [] : [{ new: nameOf(missing) }]),
    ),
    ...neededThen
      .filter((missing) => !has(needed, missing))
      .map((missing) => {
        const causes = likeliest.renames.filter(
          (rename) => isAssumed(rename) && concerns(rename, missing.table, missing.column),
        );
        return openFill(missing, to, causes.map(answerOf));
      }),
  ];
}

/** The question what the rows that exist get. */
export function openFill(missing: MissingFill, to: Schema, onlyIf: readonly Answer[] = []): OpenFill {
  const { table, column, change } = missing;
  const name = nameOf(missing);
  const type = to.tables.get(table)?.columns.find((candidate) => candidate.name === column)?.type;
  const values = type?.kind === "enum" ? to.enums.get(type.name)?.values : undefined;
  return {
    kind: "fill",
    table,
    column,
    change,
    expected: type === undefined ? "a value" : expectedText(type, values),
    answers: [{ fill: name, value: null }, { noFill: name }],
    ...(onlyIf.length === 0 ? {} : { onlyIf }),
  };
}

/** The question which of the old names something had; `best` is the likeliest answer, undefined: none. */
export function openRename(
  question: RenameQuestion,
  best: string | undefined,
  causes: readonly Rename[] = [],
): OpenRename {
  const { kind, of = "", added, candidates } = question;
  const place = kind === "table" ? {} : kind === "column" ? { table: of } : { enum: of };
  const renames = candidates.map((old) => answerOf(renameOf(question, old)));
  const isNew: Answer = { new: kind === "table" ? added : `${of}.${added}` };
  return {
    kind,
    ...place,
    added,
    candidates,
    // The first answers fit together: an old name that another question most likely takes is none.
    answers:
      best === undefined ? [isNew, ...renames] : [...bestFirst(renames, candidates.indexOf(best)), isNew],
    ...(causes.length === 0 ? {} : { onlyIf: causes.map(answerOf) }),
  };
}

function bestFirst<T>(list: readonly T[], at: number): T[] {
  return [...list.slice(at, at + 1), ...list.toSpliced(at, 1)];
}

function answerOf(rename: Rename): Answer {
  const of = rename.kind === "column" ? `${rename.table}.` : rename.kind === "value" ? `${rename.enum}.` : "";
  return { rename: `${of}${rename.from}=${of}${rename.to}` };
}

/** True if a question is asked only because something has been renamed. */
function bringsUp(rename: Rename, question: RenameQuestion, to: Schema): boolean {
  const { kind, of = "", added } = question;
  if (kind === "column") {
    // What refers to one table is taken for a column that refers to the same one only.
    const table = to.tables.get(of);
    const targets = table === undefined ? [] : targetsOf(table, added);
    return [of, ...targets].some((one) => concerns(rename, one));
  }
  const tables = [...to.tables.values()];
  if (kind === "value") {
    return tables.some(({ name, columns }) =>
      columns.some(
        (column) =>
          column.type.kind === "enum" && column.type.name === of && concerns(rename, name, column.name),
      ),
    );
  }
  const targets = to.tables.get(added)?.foreignKeys.map((key) => key.references.table) ?? [];
  return targets.some((target) => concerns(rename, target));
}

function concerns(rename: Rename, table: string, column?: string): boolean {
  if (rename.kind === "table") return rename.to === table;
  return rename.kind === "column" && rename.table === table && rename.to === column;
}

function nameOf({ table, column }: MissingFill): string {
  return `${table}.${column}`;
}
