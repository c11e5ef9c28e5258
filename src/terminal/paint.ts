import { isTerminal } from "./is-terminal.ts";

type Painter = (text: string) => string;

/** How text is coloured. */
export interface Paint {
  readonly dim: Painter;
  readonly red: Painter;
  readonly yellow: Painter;
  readonly cyan: Painter;
}

const plain: Painter = (text) => text;

const STDERR = 2;

/**
 * Decides once whether colours are used: what was asked for, https://no-color.org, FORCE_COLOR, TERM=dumb, and whether
 * stderr is a terminal. kleur looks at process.stdout when it is loaded, which takes as long as all the rest of the
 * start, so it is loaded only to colour.
 */
export async function choosePaint(wanted: boolean): Promise<Paint> {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  const colours =
    wanted && (NO_COLOR ?? "") === "" && (forced || (TERM !== "dumb" && (await isTerminal(STDERR))));
  if (!colours) return { dim: plain, red: plain, yellow: plain, cyan: plain };
  const { default: kleur } = await import("kleur");
  kleur.enabled = true;
  return { dim: kleur.dim, red: kleur.red, yellow: kleur.yellow, cyan: kleur.cyan };
}
