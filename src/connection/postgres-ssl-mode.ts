import { UsageError } from "../errors.ts";
import { suggest } from "../nearest.ts";

/** How a session is encrypted and whom it trusts, in libpq's words. */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

const SSL_MODES: readonly string[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/**
 * The mode that the options of a URL ask for, else PGSSLMODE, else `prefer` as in libpq.
 * @throws UsageError for a value that is none
 */
export function readSslMode(
  options: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): SslMode {
  const switched = options.get("ssl");
  if (switched !== undefined && switched !== "true" && switched !== "false") {
    throw new UsageError("the option ssl of the database URL must be true or false", "use sslmode for more");
  }
  const fallback = switched === undefined ? undefined : switched === "true" ? "require" : "disable";
  const mode = options.get("sslmode") ?? fallback ?? (environment.PGSSLMODE || "prefer");
  if (!isSslMode(mode)) {
    throw new UsageError(`unknown sslmode ${mode}`, suggest(mode, SSL_MODES));
  }
  const binding = options.get("channel_binding") ?? "prefer";
  if (!["disable", "prefer", "require"].includes(binding)) {
    throw new UsageError(`unknown channel_binding ${binding}`, "valid: disable, prefer, require");
  }
  // Channel binding keeps off a man in the middle. The driver cannot bind; a verified certificate does the same.
  return binding === "require" || options.get("sslrootcert") === "system" ? "verify-full" : mode;
}

function isSslMode(text: string): text is SslMode {
  return SSL_MODES.includes(text);
}
