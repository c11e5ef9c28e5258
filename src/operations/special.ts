import { type Handler, never } from "./handler.ts";
import type { RunCode, RunSQL } from "./types.ts";

export const runSQL: Handler<RunSQL> = {
  apply: (_, schema) => schema,
  invert: ({ sql, reverse }) =>
    reverse === undefined ? undefined : { kind: "runSQL", sql: reverse, reverse: sql },
  describe: () => "run SQL",
  touches: () => "everything",
  reduce: never,
};

export const runCode: Handler<RunCode> = {
  apply: (_, schema) => schema,
  invert: ({ forward, backward }) =>
    backward === undefined ? undefined : { kind: "runCode", forward: backward, backward: forward },
  describe: ({ forward }) => (forward.name === "" ? "run code" : `run code ${forward.name}`),
  touches: () => "everything",
  reduce: never,
};
