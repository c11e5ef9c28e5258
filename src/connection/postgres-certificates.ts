import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** What the files of a URL hold, as texts in PEM format. */
export interface Certificates {
  /** The authorities that are trusted; left out where those that the system knows are. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads the certificates and the key that a URL names.
 * @throws UsageError naming a file that cannot be read or holds something else, which TLS would not say
 */
export function readCertificates({ sslRootCert, sslCert, sslKey }: PostgresUrl): Certificates {
  return {
    ...(sslRootCert === undefined || sslRootCert === "system"
      ? {}
      : { ca: readCertificate(sslRootCert, "sslrootcert") }),
    ...(sslCert === undefined ? {} : { cert: readCertificate(sslCert, "sslcert") }),
    ...(sslKey === undefined ? {} : { key: readKey(sslKey) }),
  };
}

function readCertificate(path: string, option: string): string {
  const text = readText(path, option);
  try {
    new (crypto().X509Certificate)(text);
  } catch {
    throw new UsageError(
      `the file of ${option} is no certificate: ${path}`,
      "name one in PEM format, a text with -----BEGIN CERTIFICATE-----",
    );
  }
  return text;
}

function readKey(path: string): string {
  const text = readText(path, "sslkey");
  try {
    crypto().createPrivateKey(text);
  } catch {
    throw new UsageError(
      `the file of sslkey is no private key: ${path}`,
      "name one in PEM format that wants no passphrase",
    );
  }
  return text;
}

/** Loaded where it is needed: most sessions have no such files. */
function crypto() {
  return process.getBuiltinModule("node:crypto");
}

function readText(path: string, option: string): string {
  try {
    // Editors of Windows begin a text with a mark.
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch {
    throw new UsageError(`cannot read the file of ${option}: ${path}`, "check the path and its permissions");
  }
}
