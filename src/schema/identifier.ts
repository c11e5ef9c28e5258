/** PostgreSQL's limit for an identifier, in bytes of UTF-8 (manual, 4.1.1). It is kept on every database. */
export const MAX_IDENTIFIER_BYTES = 63;

/**
 * The name under which a too long identifier is kept: its beginning and a hash of all of it, 63 bytes at most.
 * Deterministic, so the same name is found again. Shorter names are returned as they are.
 */
export function shorten(name: string): string {
  // What UTF-16 holds in one unit takes three bytes at most.
  if (name.length * 3 <= MAX_IDENTIFIER_BYTES) return name;
  if (Buffer.byteLength(name, "utf8") <= MAX_IDENTIFIER_BYTES) return name;
  const bytes = Buffer.from(name, "utf8");
  const hash = Bun.hash.xxHash64(name).toString(16).padStart(16, "0").slice(0, 10);
  const room = MAX_IDENTIFIER_BYTES - hash.length - 1;
  // A cut inside a character leaves U+FFFD at the end.
  const head = bytes
    .subarray(0, room)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
  return `${head}_${hash}`;
}
