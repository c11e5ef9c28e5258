import { askRenames } from "./autodetector/ask-renames.ts";
import { diffSchemas } from "./autodetector/diff.ts";
import { readFills } from "./autodetector/read-fills.ts";
import { parseRenames } from "./autodetector/rename-answers.ts";
import { NeedsAnswerError } from "./errors.ts";
import type { MakeMigrationsOptions, ManagerEvent } from "./manager-options.ts";
import { applicationDefaults } from "./models/application-defaults.ts";
import type { AnyModel } from "./models/model.ts";
import { schemaFromModels } from "./models/to-schema.ts";
import type { Operation } from "./operations/types.ts";
import type { Schema } from "./schema/schema.ts";

const SHOWN = 5;

/**
 * What leads from the replayed state to the models: decided renames first, then the rest. What a person should know of
 * it goes to `emit`.
 * @throws NeedsAnswerError where it would drop every table, UsageError for renames and fills that fit nothing
 */
export async function detectChanges(
  state: Schema,
  models: readonly AnyModel[],
  options: MakeMigrationsOptions,
  emit: (event: ManagerEvent) => void,
): Promise<readonly Operation[]> {
  const schema = schemaFromModels(models);
  const fills = new Map([...applicationDefaults(models), ...readFills(options.fills ?? new Map(), schema)]);
  const renames = parseRenames(options.renames ?? [], state, schema);
  const ask = options.noRename === true ? undefined : options.ask;
  const renamed = await askRenames(state, schema, renames, ask);
  const diff = diffSchemas(renamed.schema, schema, fills);
  if (options.allowDestructive !== true) refuseToDropAll(renamed.schema, schema);

  // Whoever was asked, or has answered before, need not be warned.
  const lookalikes = options.noRename === true || ask !== undefined ? [] : diff.lookalikes;
  for (const lookalike of lookalikes) emit({ kind: "lookalike", lookalike });
  for (const missing of diff.missingFills) emit({ kind: "missingFill", missing });
  return [...renamed.operations, ...diff.operations];
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
