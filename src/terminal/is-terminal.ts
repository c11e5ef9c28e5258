import { fstatSync } from "node:fs";

/** The device of /dev/null on Linux (Documentation/admin-guide/devices.txt): 1, 3. */
const LINUX_NULL = 0x103;

/**
 * True if the file descriptor is a terminal. A pipe, a file and /dev/null are told apart without node:tty, whose modules take
 * longer to load than all that a command needs of its own; what is closed is no terminal.
 */
export async function isTerminal(descriptor: number): Promise<boolean> {
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isCharacterDevice()) return false;
    if (process.platform === "linux" && stat.rdev === LINUX_NULL) return false;
  } catch {
    return false;
  }
  const { isatty } = await import("node:tty");
  return isatty(descriptor);
}
