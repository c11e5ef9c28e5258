import { isTerminal } from "./is-terminal.ts";

type Painter = (text: string) => string;

/** How text is coloured. */
export interface Paint {
  readonly bold: Painter;
  readonly dim: Painter;
  readonly red: Painter;
  readonly yellow: Painter;
  readonly green: Painter;
  readonly cyan: Painter;
}

const plain: Painter = (text) => text;

/** No colours. */
export const PLAIN: Paint = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };

/**
 * Decides whether colours are used on that file descriptor: what the command line asks for (undefined: nothing),
 * https://no-color.org, FORCE_COLOR (0 and false mean no), TERM=dumb, and whether it is a terminal. kleur looks at process.stdout
 * when it is loaded, which takes as long as all the rest of the start, so it is loaded only to colour.
 */
export async function choosePaint(asked: boolean | undefined, descriptor: number): Promise<Paint> {
  const colours = asked ?? wantedByEnvironment(process.env) ?? (await isTerminal(descriptor));
  if (!colours) return PLAIN;
  const { default: kleur } = await import("kleur");
  kleur.enabled = true;
  const { bold, dim, red, yellow, green, cyan } = kleur;
  return { bold, dim, red, yellow, green, cyan };
}

/** What a command line, the environment, and the configuration say about colours; undefined where nothing does. */
export function coloursAsked(words: readonly string[], configured?: boolean): boolean | undefined {
  if (words.includes("--no-color")) return false;
  if (words.includes("--color")) return true;
  return configured === undefined ? undefined : (wantedByEnvironment(process.env) ?? configured);
}

/** What the environment says about colours; undefined where it says nothing. */
function wantedByEnvironment({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean | undefined {
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return TERM === "dumb" ? false : undefined;
}
