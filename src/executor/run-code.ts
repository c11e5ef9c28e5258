import type { Connection } from "../connection/connection.ts";
import type { Step } from "../dialects/dialect.ts";
import { stopOf } from "../errors.ts";
import { historicalModels } from "../models/historical-models.ts";
import { runWithConnection } from "../models/objects/session.ts";
import { EMPTY_SCHEMA } from "../schema/schema.ts";
import type { Work } from "./target.ts";

/**
 * Runs code of a migration with the tables as they are at its place in the history. Throws what the code throws, and
 * StoppedError where the run was stopped meanwhile: code that then ends early has not done all of its work.
 */
export async function runCode(
  work: Work,
  step: Extract<Step, { kind: "code" }>,
  db: Connection,
): Promise<void> {
  const { target, name, changes } = work;
  const { tell, signal = NEVER } = target;
  const [at = 0] = step.operations;
  refuseStopped(signal);
  const context = {
    db,
    models: historicalModels(changes[at]?.before ?? EMPTY_SCHEMA, name),
    log: (text: string) => tell?.({ kind: "log", name, text: String(text) }),
    signal,
  };
  try {
    await runWithConnection(db, async () => await step.run(context), signal);
  } finally {
    // Of what a statement has failed for that was cancelled, too, this is the reason.
    refuseStopped(signal);
  }
}

function refuseStopped(signal: AbortSignal): void {
  if (signal.aborted) throw stopOf(signal);
}

const NEVER = new AbortController().signal;
