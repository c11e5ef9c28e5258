import { stoppedAtQuestion } from "../errors.ts";
import { choosePaint } from "./paint.ts";

const STDERR = 2;

/**
 * Lets somebody choose at a terminal, with the arrow keys or a number, and Enter: the place of the choice, from 0. The first is
 * what Enter alone takes. Undefined where the input ends.
 * @throws StoppedError where Ctrl-C is pressed
 */
export async function select(
  message: string,
  choices: readonly string[],
  colours: boolean | undefined,
): Promise<number | undefined> {
  // It takes longer to load than the whole start, so only who asks does.
  const [{ choicePrompt }, paint] = await Promise.all([
    import("./choice-prompt.ts"),
    choosePaint(colours, STDERR),
  ]);
  const { stdin, stderr } = process;
  const over = new AbortController();
  const end = () => over.abort();
  // The library waits for ever where the input ends, which on a terminal is Ctrl-D.
  const onKey = (_: unknown, key: { readonly ctrl?: boolean; readonly name?: string } | undefined) => {
    if (key?.ctrl === true && key.name === "d") end();
  };
  stdin.on("keypress", onKey).once("end", end).once("close", end);
  try {
    const context = { input: stdin, output: stderr, signal: over.signal };
    return await choicePrompt({ message, choices, paint }, context);
  } catch (error) {
    if (over.signal.aborted) return undefined;
    if (error instanceof Error && error.name === "ExitPromptError") throw stoppedAtQuestion();
    throw error;
  } finally {
    stdin.off("keypress", onKey).off("end", end).off("close", end);
  }
}
