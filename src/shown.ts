/** A value in words that fit into a sentence. */
export function whatIs(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Promise) return "a promise";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** What something that was thrown says: code may throw anything. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  const message = thrown instanceof Error ? textIn(thrown, "message") : undefined;
  return message ?? `${whatIs(thrown)} was thrown, which is no error`;
}

/** A line with the first place in a file of the user's, from the stack of what was thrown; empty where there is none. */
export function placeOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? textIn(thrown, "stack") : undefined;
  const place = /(?:\/|[A-Za-z]:[\\/])[^()\s]*\.[cm]?[jt]sx?:\d+:\d+/.exec(stack ?? "")?.[0];
  return place === undefined || place.startsWith("/$bunfs/") ? "" : `\n  at ${place}`;
}

function textIn(error: Error, key: "message" | "stack"): string | undefined {
  try {
    const text: unknown = error[key];
    return typeof text === "string" ? text : undefined;
  } catch {
    // Whoever throws errors of their own may compute what is in them, and fail.
    return undefined;
  }
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}...` : value;
}
