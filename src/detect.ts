import type { Ask } from "./autodetector/ask.ts";
import { askRenames, type Choose } from "./autodetector/ask-renames.ts";
import { diffSchemas } from "./autodetector/diff.ts";
import type { MissingFill } from "./autodetector/fill.ts";
import { openFill, openQuestions, openRename } from "./autodetector/open-questions.ts";
import { questionsText } from "./autodetector/questions-text.ts";
import { readFills, readNoFills } from "./autodetector/read-fills.ts";
import { parseRenameAnswers } from "./autodetector/rename-answers.ts";
import { isAnythingGone } from "./autodetector/rename-candidates.ts";
import { sharingTables } from "./autodetector/sharing.ts";
import { withViewsOf } from "./autodetector/view-changes.ts";
import { NeedsAnswerError, YaraError } from "./errors.ts";
import type { MakeMigrationsOptions } from "./manager-options.ts";
import { applicationDefaults } from "./models/application-defaults.ts";
import type { AnyModel } from "./models/model.ts";
import { schemaFromModels } from "./models/to-schema.ts";
import type { OpenQuestion } from "./open-question.ts";
import { applyOperation } from "./operations/handlers.ts";
import type { Operation } from "./operations/types.ts";
import type { Schema } from "./schema/schema.ts";

const SHOWN = 5;

/**
 * What leads from the replayed state to the models: decided renames first, then the rest. What the options leave open is
 * asked; nothing is asked for a check, which only tells that there are changes.
 * @throws NeedsAnswerError with what is open where nobody can be asked, and where it would drop every table; UsageError
 * for answers that fit nothing
 */
export async function detectChanges(
  state: Schema,
  models: readonly AnyModel[],
  options: MakeMigrationsOptions,
): Promise<readonly Operation[]> {
  const { renames = [], added = [], noRename = false, noFill = false, check = false, ask } = options;
  const schema = sharingTables(schemaFromModels(models), state);
  const isChanged = (table: string) => state.tables.get(table) !== schema.tables.get(table);
  // Rows are only where tables have been, and what has not changed needs no value.
  const mayNeed = state.tables.size > 0 && state.tables !== schema.tables;
  const defaults = mayNeed ? applicationDefaults(models, isChanged) : [];
  const fills = new Map([...defaults, ...readFills(options.fills ?? new Map(), schema)]);
  const isUnfilled = readNoFills(check || noFill, schema);
  const isOpen = ({ table, column }: Pick<MissingFill, "table" | "column">) =>
    !isUnfilled(`${table}.${column}`);
  const answers = parseRenameAnswers(renames, added, state, schema);

  const mayRename = answers.renames.length + answers.added.length > 0 || isAnythingGone(state, schema);
  const asksRenames = mayRename && !noRename && !check;
  if (asksRenames && ask === undefined) {
    const questions = await openQuestions(state, schema, answers, fills);
    const open = questions.filter((question) => question.kind !== "fill" || isOpen(question));
    if (open.length > 0) throw needsAnswers(open);
  }
  const choose = asksRenames && ask !== undefined ? choosing(ask) : async () => undefined;
  const renamed = mayRename
    ? await askRenames(state, schema, answers, choose)
    : { operations: [], schema: state };
  if (options.allowDestructive !== true && !check) refuseToDropAll(renamed.schema, schema);

  const target = withViewsOf(renamed.schema, schema);
  const diff = diffSchemas(renamed.schema, target, fills);
  refuseToBreakViews(renamed.schema, diff.operations);
  const missing = diff.missingFills.filter(isOpen);
  if (missing.length === 0) return [...renamed.operations, ...diff.operations];
  if (ask === undefined) throw needsAnswers(missing.map((each) => openFill(each, schema)));
  for (const each of missing) {
    for (const [key, fill] of await askFill(each, schema, ask)) fills.set(key, fill);
  }
  return [...renamed.operations, ...diffSchemas(renamed.schema, target, fills).operations];
}

function choosing(ask: Ask): Choose {
  return async (question, free) => {
    const [best] = free;
    if (best === undefined) return undefined;
    const open = openRename({ ...question, candidates: free }, best);
    return await ask(open, (answer) => (free.includes(answer) ? undefined : `${answer} is none of them`));
  };
}

async function askFill(
  missing: MissingFill,
  schema: Schema,
  ask: Ask,
): Promise<ReturnType<typeof readFills>> {
  const read = (text: string) => readFills(new Map([[`${missing.table}.${missing.column}`, text]]), schema);
  const text = await ask(openFill(missing, schema), (answer) => {
    try {
      read(answer);
      return undefined;
    } catch (error) {
      if (YaraError.is(error)) return error.message;
      throw error;
    }
  });
  return text === undefined ? [] : read(text);
}

function needsAnswers(questions: readonly OpenQuestion[]): NeedsAnswerError {
  const isRename = questions.some(({ kind }) => kind !== "fill");
  return new NeedsAnswerError(
    [
      `${questions.length === 1 ? "a question is" : `${questions.length} questions are`} open, and there is nobody to ask:`,
      questionsText(questions),
    ].join("\n"),
    [
      "nothing was written; answer each with one of its options, or in a file that --answers names",
      ...(isRename ? ["another answer than the first may lead to other questions"] : []),
    ].join("\n"),
    questions,
  );
}

/** What a view or trigger uses cannot go: who wrote it decides what becomes of it. @throws SchemaError that names it */
function refuseToBreakViews(state: Schema, operations: readonly Operation[]): void {
  if (state.views.size === 0 && state.triggers.size === 0) return;
  operations.reduce((schema, operation) => applyOperation(operation, schema), state);
}

/** Models that nobody named look like models that are gone. */
function refuseToDropAll(state: Schema, schema: Schema): void {
  const tables = [...state.tables.keys()];
  if (tables.length === 0 || tables.some((name) => schema.tables.has(name))) return;
  const shown = tables.sort().slice(0, SHOWN).join(", ");
  throw new NeedsAnswerError(
    `this migration would drop every known table (${shown}${tables.length > SHOWN ? ", ..." : ""})`,
    "check --models: it must name every module with models; pass --allow-destructive if this is what you want",
  );
}
