import { ConnectionError } from "../errors.ts";
import type { Unit } from "../executor/unit.ts";

/** Runs one migration after others; where its session is lost, the error says what has been done. */
export async function tellingWhatIsDone<T>(
  { name, direction }: Unit,
  before: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const [doing, done] = direction === "forward" ? ["applying", "applied"] : ["reverting", "reverted"];
    const outcome =
      error.reason === "commitUnknown"
        ? `whether the transaction of ${name} that was being committed has been, is not known`
        : "what had not been committed is undone by the server";
    throw new ConnectionError(
      `${error.message}, while ${doing} ${name}${error.reason === "commitUnknown" ? ", in its COMMIT" : ""}`,
      `${done} before: ${before.join(", ") || "none"}; ${outcome}\n` +
        "run the command again: it finds out how far this one has come, and goes on from there",
      error,
      error.reason,
    );
  }
}
