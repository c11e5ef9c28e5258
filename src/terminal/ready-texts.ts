/*
 * Nothing is imported here: what other modules share would be a file of its own, which every start would have to load.
 */

const STDOUT = 1;

/** The device of /dev/null on Linux; elsewhere it is another one, and looked at as a terminal is. */
const LINUX_NULL = 0x103;

/** What command lines print that always print the same, by their words with NUL between; the build puts it here. */
declare const YARA_READY_TEXTS: Readonly<Record<string, string>>;

/** The words in short, for which there is no text of their own. */
const LONG: Readonly<Record<string, string | undefined>> = { "-h": "--help", "-v": "--version" };

/** What this command line always prints, without loading what makes it; undefined where that is not known. */
export async function readyText(words: readonly string[]): Promise<string | undefined> {
  const last = words[words.length - 1] ?? "";
  const long = LONG[last] ?? last;
  if (long !== "--version" && long !== "--help") return undefined;
  const key = words.slice(0, -1).concat(long).join("\0");
  const text = textOf(key);
  // At a terminal help has colours.
  const isColoured = async () =>
    Boolean(process.env.FORCE_COLOR) || (Bun.enableANSIColors && (await mayBeTerminal()));
  return text === undefined || key === "--version" || !(await isColoured()) ? text : undefined;
}

/** Prints it without what other output needs. Returns false where that fails: whoever prints it otherwise then says why. */
export async function printAtOnce(text: string): Promise<boolean> {
  try {
    await Bun.write(Bun.stdout, `${text}\n`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asked only where stdout or stderr is a terminal, as the runtime knows. A pipe and a file are told from one without node:fs,
 * which takes as long to load as all the rest of this.
 */
async function mayBeTerminal(): Promise<boolean> {
  const stat = await Bun.stdout.stat().catch(() => undefined);
  if (stat?.isCharacterDevice() !== true || stat.rdev === LINUX_NULL) return false;
  const { isTerminal } = await import("./is-terminal.ts");
  return await isTerminal(STDOUT);
}

/** Named once: each name of it is a copy of all the texts, which the runtime has to read. */
function textOf(key: string): string | undefined {
  try {
    const texts = YARA_READY_TEXTS;
    return Object.hasOwn(texts, key) ? texts[key] : undefined;
  } catch {
    // Nothing was built.
    return undefined;
  }
}
