import { isTerminal } from "./is-terminal.ts";

const STDOUT = 1;

const isVersion = (word: string): boolean => word === "--version" || word === "-v";

/** What command lines print that always print the same, by their words with NUL between; the build puts it here. */
declare const YARA_READY_TEXTS: Readonly<Record<string, string>> | undefined;

/**
 * Prints what this command line always prints, without loading what makes it. Returns false where that is not known, or could
 * not be printed: whoever makes it then says why.
 */
export async function printReadyText(words: readonly string[]): Promise<boolean> {
  const texts = typeof YARA_READY_TEXTS === "object" ? YARA_READY_TEXTS : {};
  const key = words.join("\0");
  if (!Object.hasOwn(texts, key)) return false;
  // At a terminal help has colours.
  if (!words.some(isVersion) && (process.env.FORCE_COLOR || (await isTerminal(STDOUT)))) return false;
  try {
    await Bun.write(Bun.stdout, `${texts[key]}\n`);
    return true;
  } catch {
    return false;
  }
}
