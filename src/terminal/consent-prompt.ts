import { lossHeadline, lossLines } from "../errors.ts";
import type { AskConsent } from "../manager-options.ts";
import { ask } from "./prompt.ts";

/** Asks at the terminal whether data may be lost: the database's name is to be typed. */
export const askConsentAtTerminal: AskConsent = async ({ database, losses }) => {
  const answer = await ask(
    [
      lossHeadline(database, losses).replace("this", "This"),
      ...lossLines(losses),
      `Type ${database} to go on, anything else to leave: `,
    ].join("\n"),
  );
  return answer?.trim() === database;
};
