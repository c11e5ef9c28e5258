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
  const message = thrown instanceof Error ? messageIn(thrown) : undefined;
  return message ?? `${whatIs(thrown)} was thrown, which is no error`;
}

function messageIn(error: Error): string | undefined {
  try {
    const message: unknown = error.message;
    return typeof message === "string" ? message : undefined;
  } catch {
    // Whoever throws errors of their own may compute their message, and fail.
    return undefined;
  }
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}...` : value;
}
