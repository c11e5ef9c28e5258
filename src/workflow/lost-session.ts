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
    throw new ConnectionError(
      `${error.message}, while ${doing} ${name}`,
      `${done} before: ${before.join(", ") || "none"}; what had not been committed is undone by the server\n` +
        "run the command again: it finds out how far this one has come, and goes on from there",
      error,
      error.reason,
    );
  }
}
