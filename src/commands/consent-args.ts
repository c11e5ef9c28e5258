import type { ArgsDef } from "citty";
import type { ConsentOptions } from "../manager-options.ts";

/** What the commands that may lose data take for consent. */
export const consentArgs = {
  confirm: {
    type: "string",
    valueHint: "database",
    description: "lose data that rows hold, in the database of this name (default: YARA_CONFIRM)",
  },
} as const satisfies ArgsDef;

/** The consent that a command line gives, or who is asked for it where that may be. */
export async function consentOptions(given: string | undefined, mayAsk: boolean): Promise<ConsentOptions> {
  const confirm = given ?? (process.env.YARA_CONFIRM || undefined);
  if (confirm !== undefined) return { confirm };
  const { canAsk } = await import("../terminal/prompt.ts");
  if (!(await canAsk(mayAsk))) return {};
  return { askConsent: (await import("../terminal/consent-prompt.ts")).askConsentAtTerminal };
}
