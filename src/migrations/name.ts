import { compareText } from "../schema/compare-text.ts";

/** The two halves of a migration's name. */
export interface ParsedName {
  readonly number: number;
  readonly label: string;
}

/** Takes `0002_add_age` apart; undefined for what is not the name of a migration: four digits or more, `_`, a label. */
export function parseMigrationName(name: string): ParsedName | undefined {
  const match = /^(\d{4,15})_([A-Za-z0-9_-]+)$/.exec(name);
  return match === null ? undefined : { number: Number(match[1]), label: match[2] ?? "" };
}

/** The order of names where nothing else orders them: by number, then by text. */
export function compareNames(left: string, right: string): number {
  const byNumber = numberOf(left) - numberOf(right);
  return Number.isNaN(byNumber) || byNumber === 0 ? compareText(left, right) : byNumber;
}

/** The number of the next file, as it is written: one more than the highest, `0001` for the first. */
export function nextNumber(names: readonly string[]): string {
  const highest = names.reduce((most, name) => Math.max(most, parseMigrationName(name)?.number ?? 0), 0);
  return String(highest + 1).padStart(4, "0");
}

function numberOf(name: string): number {
  return parseMigrationName(name)?.number ?? Number.POSITIVE_INFINITY;
}
