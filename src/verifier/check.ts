import { CheckFailedError, YaraError } from "../errors.ts";
import { describeOperation } from "../operations/handlers.ts";
import type { Operation } from "../operations/types.ts";
import { type EditedMigration, editedHint, editedText } from "./edited.ts";

/** What a check looks for; the lists are empty where nothing was found. */
export interface CheckResult {
  /** What leads from the migrations to the models. */
  readonly operations: readonly Operation[];
  /** The migrations that the database lacks. */
  readonly pending: readonly string[];
  /** The applied migrations whose files say something else by now; left out where no database was looked at. */
  readonly edited?: readonly EditedMigration[];
}

/** Returns the result. `hasModels`: whether there is any. @throws CheckFailedError where something is in it */
export function requireNothingFound(result: CheckResult, hasModels: boolean): CheckResult {
  const { operations, pending, edited = [] } = result;
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
  if (pending.length > 0) {
    messages.push(`not applied: ${pending.join(", ")}`);
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
