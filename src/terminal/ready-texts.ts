const STDOUT = 1;

/** What command lines print that always print the same, by their words with NUL between; the build puts it here. */
declare const YARA_READY_TEXTS: Readonly<Record<string, string>>;

/** The words in short, for which there is no text of their own. */
const LONG: Readonly<Record<string, string>> = { "-h": "--help", "-v": "--version" };

/**
 * Prints what this command line always prints, without loading what makes it. Returns false where that is not known, or could
 * not be printed: whoever makes it then says why.
 */
export async function printReadyText(words: readonly string[]): Promise<boolean> {
  const key = words.map((word) => (Object.hasOwn(LONG, word) ? LONG[word] : word)).join("\0");
  if (key !== "--version" && !key.endsWith("--help")) return false;
  const text = readyText(key);
  if (text === undefined) return false;
  // At a terminal help has colours.
  if (key !== "--version" && (process.env.FORCE_COLOR || (await mayBeTerminal()))) return false;
  try {
    await Bun.write(Bun.stdout, `${text}\n`);
    return true;
  } catch {
    return false;
  }
}

/** A pipe and a file are told from a terminal without node:fs, which takes as long to load as all the rest of this. */
async function mayBeTerminal(): Promise<boolean> {
  const stat = await Bun.stdout.stat().catch(() => undefined);
  if (stat?.isCharacterDevice() !== true) return false;
  const { isTerminal } = await import("./is-terminal.ts");
  return await isTerminal(STDOUT);
}

/** Named once: each name of it is a copy of all the texts, which the runtime has to read. */
function readyText(key: string): string | undefined {
  try {
    const texts = YARA_READY_TEXTS;
    return Object.hasOwn(texts, key) ? texts[key] : undefined;
  } catch {
    // Nothing was built.
    return undefined;
  }
}
