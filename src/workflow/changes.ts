import { toPlainJson } from "../migrations/plain-json.ts";
import { codeMarks } from "../migrations/stored-code.ts";
import type { Meaning } from "../migrations/stored-migration.ts";
import { describeOperation } from "../operations/handlers.ts";
import type { Operation } from "../operations/types.ts";

import { layout } from "../source/layout.ts";
import { operationCode } from "../source/operations.ts";

/** One line of what differs between two versions of a migration, for people. */
interface Line {
  readonly mark: "-" | "+";
  readonly text: string;
  /** Tells apart what has the same text. */
  readonly more: string;
}

/** What has changed between two versions of a migration: `- add column age to user`, `+ ...`; nothing where they mean the same. */
export function describeChanges(before: Meaning, after: Meaning): string[] {
  const lines = [
    ...changedLines(
      before.dependencies.toSorted().map(dependencyEntry),
      after.dependencies.toSorted().map(dependencyEntry),
    ),
    ...changedLines([atomicEntry(before)], [atomicEntry(after)]),
    ...changedLines(before.operations.map(operationEntry), after.operations.map(operationEntry)),
  ];
  const isAmbiguous = (line: Line) => lines.some((other) => other !== line && other.text === line.text);
  return lines.map((line) => `${line.mark} ${line.text}${isAmbiguous(line) ? `: ${line.more}` : ""}`);
}

/** Something of a migration: what it is told apart by, in a few words, and as a whole. */
type Entry = readonly [key: string, text: string, more: string];

function dependencyEntry(name: string): Entry {
  return [name, `depends on ${name}`, name];
}

function atomicEntry({ atomic }: Meaning): Entry {
  const text = `atomic = ${atomic}`;
  return [text, text, text];
}

function operationEntry(operation: Operation): Entry {
  return [toPlainJson(operation, codeMarks, true), textOf(operation), sourceOf(operation)];
}

/** The operation as a file has it, in one line. */
function sourceOf(operation: Operation): string {
  if (operation.kind === "runCode") return "other code";
  try {
    const code = layout(operationCode(operation), { indent: 0, column: 0, after: 0 });
    return code.replaceAll(/\s*\n\s*/g, " ");
  } catch {
    return JSON.stringify(operation);
  }
}

/** Data of a wrong type cannot be described. */
function textOf(operation: Operation): string {
  try {
    return describeOperation(operation);
  } catch {
    return operation.kind;
  }
}

/** What is in only one of two lists, in their order: what they have in common is the longest list of that kind. */
function changedLines(before: readonly Entry[], after: readonly Entry[]): Line[] {
  const lengths = commonLengths(before, after);
  const lines: Line[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, now] = [before[left], after[right]];
    if (old !== undefined && old[0] === now?.[0]) {
      left += 1;
      right += 1;
      continue;
    }
    const dropsOld = (lengths[left + 1]?.[right] ?? 0) >= (lengths[left]?.[right + 1] ?? 0);
    if (old !== undefined && (now === undefined || dropsOld)) {
      lines.push({ mark: "-", text: old[1], more: old[2] });
      left += 1;
    } else if (now !== undefined) {
      lines.push({ mark: "+", text: now[1], more: now[2] });
      right += 1;
    }
  }
  return lines;
}

/** For each pair of places how long a list the rest of both has in common. */
function commonLengths(before: readonly Entry[], after: readonly Entry[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  for (let left = before.length - 1; left >= 0; left -= 1) {
    const row = lengths[left] ?? [];
    for (let right = after.length - 1; right >= 0; right -= 1) {
      const same = before[left]?.[0] === after[right]?.[0];
      row[right] = same
        ? (lengths[left + 1]?.[right + 1] ?? 0) + 1
        : Math.max(lengths[left + 1]?.[right] ?? 0, row[right + 1] ?? 0);
    }
  }
  return lengths;
}
