import { ConnectionError } from "../errors.ts";
import type { Unit } from "../executor/unit.ts";

/** Runs migrations after others; where their session is lost, the error says what has been done. */
export async function tellingWhatIsDone<T>(
  units: readonly Unit[],
  before: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const isUnknown = error.reason === "commitUnknown";
    const [first, last] = [units[0], isUnknown ? units.at(-1) : undefined];
    const name = [first?.name, ...(last === first ? [] : [last?.name])].filter(Boolean).join(" to ");
    const [doing, done] =
      first?.direction === "forward" ? ["applying", "applied"] : ["reverting", "reverted"];
    const outcome = isUnknown
      ? `whether the transaction of ${name} that was being committed has been, is not known`
      : "what had not been committed is undone by the server";
    throw new ConnectionError(
      `${error.message}, while ${doing} ${name}${isUnknown ? ", in its COMMIT" : ""}`,
      `${done} by this run: ${before.join(", ") || "none"}; ${outcome}\n` +
        "run the command again: it finds out how far this one has come, and goes on from there",
      error,
      error.reason,
    );
  }
}
