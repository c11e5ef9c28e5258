import { doneText, StoppedError, stopOf, YaraError } from "../errors.ts";
import { messageOf } from "../shown.ts";

/**
 * Does `work`, after what is `done`. Whatever it throws once the signal is aborted is thrown because of that: as a StoppedError,
 * so that a program has one thing to look for.
 */
export async function tellingStop<T>(
  signal: AbortSignal | undefined,
  done: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted !== true || error instanceof StoppedError) throw error;
    throw stopped(signal, error, done);
  }
}

function stopped(signal: AbortSignal, error: unknown, done: readonly string[]): StoppedError {
  const stop = stopOf(signal);
  const cause: unknown = signal.reason;
  if (error === cause) return new StoppedError(stop.message, { done, hint: doneText(done), cause });
  const text = messageOf(error);
  const hint = YaraError.is(error) ? error.hint : undefined;
  // The command line, which stops with an error of its own, has told of each migration before.
  const before =
    stop === cause || done.length === 0 ? undefined : `done by this run before: ${done.join(", ")}`;
  return new StoppedError(text.includes(stop.message) ? text : `${stop.message}: ${text}`, {
    done,
    hint: [hint, before].filter((line) => line !== undefined).join("\n") || undefined,
    cause,
  });
}
