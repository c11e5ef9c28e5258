import type { LockMode } from "../dialects/lock.ts";
import { durationMs } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { whatIs } from "../shown.ts";
import type { SettingKind } from "./keys.ts";

/** A value as it was said, and where. */
export interface Found {
  readonly value: unknown;
  readonly place:
    | { readonly kind: "option" | "variable"; readonly name: string }
    /** `path` is `lockMode`, or `environments.production.lockMode`. */
    | { readonly kind: "config"; readonly file: string; readonly path: string };
}

/** The values of `lockMode`. */
export const LOCK_MODES: readonly LockMode[] = ["advisory", "row", "none"];

/** Each reads what was found as values of its kind are. @throws UsageError naming the place */
export const read = {
  text(found: Found): string {
    const { value } = found;
    if (typeof value !== "string") throw wrong(found, "must be text");
    if (value.trim() === "") throw wrong(found, "is empty");
    return withoutNul(found, value);
  },

  /** What is wrong with it is told where it is taken apart. */
  url(found: Found): string {
    if (typeof found.value === "string") return found.value;
    throw wrong(found, "must be text");
  },

  modules(found: Found): readonly string[] {
    const { value } = found;
    const named = typeof value === "string" ? value.split(",") : value;
    if (!Array.isArray(named) || !named.every((part) => typeof part === "string")) {
      throw wrong(found, "must be text, or a list of texts");
    }
    const modules = named.map((part) => withoutNul(found, part.trim())).filter((part) => part !== "");
    if (modules.length === 0) throw wrong(found, "names no module", "as in --models src/models.ts");
    return modules;
  },

  boolean(found: Found): boolean {
    const { value, place } = found;
    if (typeof value === "boolean") return value;
    if (place.kind === "config") throw wrong(found, "must be true or false");
    if (value === "1" || value === "true") return true;
    if (value === "0" || value === "false") return false;
    throw wrong(found, "must be 1, true, 0 or false", undefined, "shown");
  },

  /** In milliseconds. */
  duration(found: Found): number {
    const { value, place } = found;
    if (typeof value !== "string") throw wrong(found, 'must be a duration as text, such as "30s"');
    const ms = durationMs(value);
    if (ms !== undefined) return ms;
    const example = place.kind === "option" ? `--${place.name} 30s` : "30s";
    throw wrong(found, "is no duration", `as in ${example}, 500ms, 10m or 1h`, "shown");
  },

  lockMode(found: Found): LockMode {
    const mode = LOCK_MODES.find((candidate) => candidate === found.value);
    if (mode !== undefined) return mode;
    const near = typeof found.value === "string" ? nearest(found.value, LOCK_MODES) : undefined;
    const hint = near === undefined ? `it is one of ${LOCK_MODES.join(", ")}` : `did you mean ${near}?`;
    throw wrong(found, "is unknown", hint, "shown");
  },
} satisfies { readonly [K in SettingKind]: (found: Found) => unknown };

/** The system ends a name there, and each database takes it differently. */
function withoutNul(found: Found, value: string): string {
  if (value.includes("\0")) throw wrong(found, "has a NUL character in it");
  return value;
}

/** The value is shown where it is no secret: a database URL is. */
function wrong({ value, place }: Found, problem: string, hint?: string, shown?: "shown"): UsageError {
  const text = typeof value === "string" ? value : whatIs(value);
  switch (place.kind) {
    case "option":
      return new UsageError(`--${place.name}${shown ? ` ${text}` : ""} ${problem}`, hint);
    case "variable":
      return new UsageError(`${place.name}${shown ? `=${text}` : ""} ${problem}`, hint);
    case "config":
      return new UsageError(`${place.file}: ${place.path}: ${shown ? `${text} ` : ""}${problem}`, hint);
  }
}
