import { fstatSync } from "node:fs";

/**
 * True if the file descriptor is a terminal. A pipe or a file is told apart without node:tty, whose modules take
 * longer to load than all that a command needs of its own; what is closed is no terminal.
 */
export async function isTerminal(descriptor: number): Promise<boolean> {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = await import("node:tty");
  return isatty(descriptor);
}
