import { ConnectionError } from "../errors.ts";
import type { Connection } from "./connection.ts";

const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const SHORTEST_TRY_MS = 50;
/** A timer may end so much before its time. */
const EARLY_MS = 5;

/**
 * Opens a session with a server that may not be there yet: tries again until `forMs` are over. What no waiting mends,
 * such as a wrong password or a missing database, is thrown at once.
 * @param open gets the milliseconds that are left
 * @throws ConnectionError, the last one where the time is over
 */
export async function waitForServer(
  open: (leftMs: number) => Promise<Connection>,
  forMs: number,
  onWait: (message: string) => void,
): Promise<Connection> {
  const deadline = performance.now() + forMs;
  let last: ConnectionError | undefined;
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const left = deadline - performance.now();
    // A try without time would only say that it had none.
    if (last !== undefined && left < SHORTEST_TRY_MS) throw last;
    try {
      return await open(Math.max(left, SHORTEST_TRY_MS));
    } catch (error) {
      const mayCome = error instanceof ConnectionError && error.reason === "unavailable";
      if (!mayCome) throw error;
      // That the last try was cut short is not why there is no server.
      if (deadline - performance.now() < EARLY_MS) throw last ?? error;
      if (error.message !== last?.message) onWait(`waiting for the server: ${error.message}`);
      last = error;
    }
    await Bun.sleep(Math.min(pause, Math.max(deadline - performance.now(), 0)));
  }
}
