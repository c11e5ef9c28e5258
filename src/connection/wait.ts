import { ConnectionError } from "../errors.ts";
import type { Connection } from "./connection.ts";

const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

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
  let told: string | undefined;
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const left = Math.max(deadline - performance.now(), 1);
    try {
      return await open(left);
    } catch (error) {
      const mayCome = error instanceof ConnectionError && error.reason === "unavailable";
      if (!mayCome || deadline - performance.now() <= 0) throw error;
      if (error.message !== told) onWait(`waiting for the server: ${error.message}`);
      told = error.message;
    }
    await Bun.sleep(Math.min(pause, Math.max(deadline - performance.now(), 0)));
  }
}
