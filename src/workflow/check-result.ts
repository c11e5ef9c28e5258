import { CheckFailedError, YaraError } from "../errors.ts";
import type { HalfApplied } from "../executor/journal.ts";
import { describeOperation } from "../operations/handlers.ts";
import type { Operation } from "../operations/types.ts";
import { type EditedMigration, editedHint, editedText } from "../verifier/edited.ts";
import { blocked } from "./half-applied.ts";

/** What a check looks for; the lists are empty where nothing was found. */
export interface CheckResult {
  /** What leads from the migrations to the models. */
  readonly operations: readonly Operation[];
  /** The migrations that the database lacks. */
  readonly pending: readonly string[];
  /** The applied migrations whose files say something else by now; left out where no database was looked at. */
  readonly edited?: readonly EditedMigration[];
  /** The migration that is applied or reverted in part, if any. */
  readonly halfApplied?: Omit<HalfApplied, "steps">;
}

/**
 * Returns the result. `hasModels`: whether there is any; `files`: the migrations that have one.
 * @throws CheckFailedError where something is in it
 */
export function requireNothingFound(
  result: CheckResult,
  { hasModels, files = [] }: { readonly hasModels: boolean; readonly files?: readonly string[] },
): CheckResult {
  const { operations, pending, edited = [], halfApplied } = result;
  const messages: string[] = [];
  const hints: string[] = [];
  if (operations.length > 0) {
    const listed = operations.map((operation) => `  ${describeOperation(operation)}`);
    messages.push(["the models need a migration:", ...listed].join("\n"));
    hints.push(
      hasModels
        ? "write it with: yara-orm makemigrations"
        : "no module with models was found: name all of them with --models, as in --models src/models.ts",
    );
  }
  if (halfApplied !== undefined) {
    const { message, hint } = blocked(halfApplied, files.includes(halfApplied.name));
    messages.push(message);
    hints.push(hint);
  }
  const rest = pending.filter((name) => name !== halfApplied?.name);
  if (rest.length > 0) {
    messages.push(`not applied: ${rest.join(", ")}`);
    hints.push("apply what is pending with: yara-orm upgrade");
  }
  if (edited.length > 0) {
    messages.push(editedText(edited));
    hints.push(editedHint(edited));
  }
  if (messages.length === 0) return result;
  throw new CheckFailedError(messages.join("\n"), { ...result }, hints.join("\n"));
}

/** Does `work`; a file that does not load or fit is something that was found. @throws CheckFailedError */
export async function asFinding<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!YaraError.is(error) || error.code !== "failed") throw error;
    throw new CheckFailedError(error.message, { operations: [], pending: [] }, error.hint);
  }
}
