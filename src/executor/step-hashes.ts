import { HalfAppliedError } from "../errors.ts";
import type { Group } from "./groups.ts";
import type { HalfApplied } from "./journal.ts";
import type { Unit } from "./unit.ts";

/**
 * Where a run of these steps begins: with the first one, or where an earlier run has ended.
 * @throws HalfAppliedError where the steps that were done are not those of the file any more
 */
export function begun(unit: Unit, groups: readonly Group[], half: HalfApplied | undefined): HalfApplied {
  const { name, direction } = unit;
  const [steps, total] = [groups.map(hashOf), groups.length];
  if (half === undefined) return { name, direction, done: 0, total, doing: false, steps };
  const known = half.done + (half.doing ? 1 : 0);
  const edited = half.steps.slice(0, known).findIndex((hash, at) => hash !== steps[at]);
  if (edited < 0) return { ...half, total, steps };
  throw new HalfAppliedError(
    `${name} was edited after ${half.done} of its ${half.total} steps were done: step ${edited + 1} is not the one that ran`,
    `bring the file back as it was and run the command again (steps that have not run yet may be changed)\n` +
      `or make the database by hand what the file says, and run: yara-orm resolve ${name} --applied (or --reverted, or --resume)`,
  );
}

/** The meaning of a step; of code its text. */
export function hashOf({ changes }: Group): string {
  const text = JSON.stringify(
    changes.map(({ operation }) => operation),
    (_, value: unknown) =>
      typeof value === "bigint" || typeof value === "function" ? `${typeof value} ${String(value)}` : value,
  );
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 16);
}
