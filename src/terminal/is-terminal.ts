import { fstatSync } from "node:fs";

/** The device of /dev/null on Linux (Documentation/admin-guide/devices.txt): 1, 3. */
const LINUX_NULL = 0x103;

/**
 * True if the file descriptor is a terminal. A pipe, a file and /dev/null are told apart without node:tty, whose modules take
 * longer to load than all that a command needs of its own.
 */
export async function isTerminal(descriptor: number): Promise<boolean> {
  if (!mayBeTerminal(descriptor)) return false;
  const { isatty } = await import("node:tty");
  return isatty(descriptor);
}

/** False for a pipe, a file, /dev/null (on Linux) and what is closed; other devices may be terminals. */
export function mayBeTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isCharacterDevice() && !(process.platform === "linux" && stat.rdev === LINUX_NULL);
  } catch {
    return false;
  }
}

/** True in CI, where nobody sits at a terminal, whatever it looks like. */
export function isAutomated(): boolean {
  const { CI } = process.env;
  return CI !== undefined && !["", "0", "false"].includes(CI);
}
