import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { parseMigrationName } from "./name.ts";

const SHOWN = 20;

/** The target that stands for the empty database. */
export const ZERO = "zero";

/**
 * The full name of the migration that `given` means: a full name, or a number (`2`, `0002`). Throws UsageError, with the
 * known names, where it means none or several.
 */
export function resolveMigration(names: readonly string[], given: string): string {
  return resolve(names, given, []);
}

/** The same for what is gone back to, which may be `zero`. */
export function resolveTargetBack(names: readonly string[], given: string): string {
  return given === ZERO ? ZERO : resolve(names, given, [ZERO]);
}

function resolve(names: readonly string[], given: string, others: readonly string[]): string {
  const found = findMigrations(names, given);
  const [name] = found;
  if (name !== undefined && found.length === 1) return name;
  if (found.length > 1) {
    throw new UsageError(
      `the number ${given} stands for several migrations: ${found.join(", ")}`,
      "give the full name",
    );
  }
  const close = labelled(names, given) ?? nearest(given, [...names, ...others]);
  const known = [
    `known migrations: ${listed(names)}`,
    ...others.map((other) => `${other} reverts all of them`),
  ];
  throw new UsageError(
    `there is no migration ${JSON.stringify(given)}`,
    `${close === undefined ? "" : `did you mean ${close}? `}${known.join("; ")}`,
  );
}

/** The only name with that label, or one whose label begins so: the number in front is what nobody remembers. */
function labelled(names: readonly string[], given: string): string | undefined {
  const ofLabel = (fits: (label: string) => boolean) => {
    const found = names.filter((name) => fits(parseMigrationName(name)?.label ?? ""));
    return found.length === 1 ? found[0] : undefined;
  };
  if (given.length < 3) return undefined;
  return ofLabel((label) => label === given) ?? ofLabel((label) => label.startsWith(given));
}

/** The names that `given` may mean: itself, or every name with that number. */
export function findMigrations(names: readonly string[], given: string): string[] {
  if (names.includes(given)) return [given];
  if (!/^\d{1,15}$/.test(given)) return [];
  return names.filter((name) => parseMigrationName(name)?.number === Number(given));
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  if (names.length <= SHOWN) return names.join(", ");
  // The newest are the likeliest to be meant.
  return `${names.slice(-SHOWN).join(", ")} and ${names.length - SHOWN} earlier ones`;
}
