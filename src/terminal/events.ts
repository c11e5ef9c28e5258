import { describeContention } from "../executor/contention.ts";
import { describeHolder } from "../executor/lock.ts";
import type { ManagerEvent } from "../manager-options.ts";
import { describeOperation } from "../operations/handlers.ts";
import { describeFound } from "../verifier/difference.ts";
import { editedText } from "../verifier/edited.ts";
import type { Output } from "./output.ts";

/** Shows what happens while a command works. */
export function showEvent(output: Output, event: ManagerEvent): void {
  switch (event.kind) {
    case "started":
      output.note(`${event.direction === "forward" ? "applying" : "reverting"} ${event.name} ...`);
      break;
    case "finished":
    case "copying":
    case "copied":
      break;
    case "doneMeanwhile":
      output.note(
        `${event.name} was ${event.direction === "forward" ? "applied" : "reverted"} by another migrator`,
      );
      break;
    case "waiting":
      output.note(
        event.path === undefined
          ? `waiting for ${describeHolder(event.holder)} ...`
          : `waiting for another process that writes to ${event.path} ...`,
      );
      break;
    case "blocked":
    case "retrying":
      output.note(describeContention(event));
      break;
    case "log":
      output.note(`  ${event.text.replaceAll("\n", "\n  ")}`);
      break;
    case "omitted":
      output.note(`  note: ${event.note}`);
      break;
    case "inspected":
      for (const line of stateLines(event)) output.note(line);
      break;
    case "detected":
      output.note(event.operations.map((operation) => `  ${describeOperation(operation)}`).join("\n"));
      break;
    case "faked":
      output.note(`recording ${event.name}, which is not run`);
      for (const { path, what } of event.unsupported)
        output.warn(`not compared, because no migration can say it: ${path}: ${what.split("\n", 1)[0]}`);
      for (const what of event.unchecked)
        output.warn(`not looked for, because only running it would tell: ${what}`);
      break;
    case "ignoredFile":
      output.warn(`${event.file} in the migrations directory is no migration: its name is not NNNN_label.ts`);
      break;
    case "edited":
      output.warn(editedText([event]));
      break;
    case "outOfOrder":
      output.note(`${event.name} comes before ${event.after}, which is applied already`);
      break;
    case "trying":
      output.note(`trying ${event.name} ...`);
      break;
    case "missingFile":
      output.warn(`${event.name} is applied, but its file is missing`);
  }
}

function stateLines(event: ManagerEvent & { readonly kind: "inspected" }): string[] {
  const { name, half, steps, differences } = event;
  const verb = half?.direction === "backward" ? "reverted" : "applied";
  const head =
    half === undefined
      ? []
      : [
          `${name} is ${verb} in part: ${half.done} of ${half.total} steps are done`,
          ...steps.map((step, at) => `  [${markOf(at, half)}] ${step}`),
        ];
  return [
    ...head,
    differences.length === 0
      ? "its tables are as they should be then"
      : "its tables differ from what they should be then:",
    ...differences.map((difference) => `  ${describeFound(difference)}`),
  ];
}

function markOf(at: number, { done, doing }: { readonly done: number; readonly doing: boolean }): string {
  if (at < done) return "x";
  return at === done && doing ? "?" : " ";
}
