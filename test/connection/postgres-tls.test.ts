import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConnection } from "../../src/connection/open.ts";
import { ConnectionError, UsageError } from "../../src/errors.ts";
import { OTHER_CERTIFICATE, SERVER } from "../support/certificates.ts";
import { NOBODY } from "../support/nobody.ts";
import { type PostgresServer, startPostgresCluster } from "../support/postgres-server.ts";
import { rejection } from "../support/rejection.ts";

describe("a server with TLS", () => {
  let server: PostgresServer | undefined;
  let folder = "";
  let url = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "yara-tls-"));
    chmodSync(folder, 0o755);
    const files = {
      "server.key": SERVER.key,
      "server.crt": SERVER.certificate,
      "bundle.crt": `\ufeff# Authorities\r\n\r\n${OTHER_CERTIFICATE}${SERVER.certificate}`,
      "other.crt": OTHER_CERTIFICATE,
      "junk.crt": "junk",
      "empty.crt": "",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    // The server wants a key that nobody else may read.
    const key = join(folder, "server.key");
    chmodSync(key, 0o600);
    if (process.getuid?.() === 0) chownSync(key, NOBODY, NOBODY);
    const settings = ["ssl=on", `ssl_cert_file=${join(folder, "server.crt")}`, `ssl_key_file=${key}`];
    server = await startPostgresCluster("embedded", { settings });
    url = server.url.replace("127.0.0.1", "localhost");
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const withFile = (mode: string, option: string, name: string) =>
    `${url}?sslmode=${mode}&${option}=${join(folder, name)}`;

  test.each(["server.crt", "bundle.crt"])(
    "is trusted where the file holds its authority: %s",
    async (name) => {
      const connection = await openConnection(withFile("verify-full", "sslrootcert", name));
      const query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      expect(await connection.query(query)).toEqual([{ ssl: true }]);
      await connection.close();
    },
  );

  test("that is not trusted: the hint says which authority is missing, and what is there instead", async () => {
    const name = "name the certificate of the server's authority with sslrootcert=FILE";
    const why = "no authority that the server's certificate is from";
    for (const [text, hint] of [
      [`${url}?sslmode=verify-full`, name],
      [`${url}?sslrootcert=system`, `the system knows ${why}: ${name}`],
      ...["require", "verify-ca", "verify-full"].map((mode) => [
        withFile(mode, "sslrootcert", "other.crt"),
        `${join(folder, "other.crt")} holds ${why}: ${name}`,
      ]),
    ] as const) {
      const error = await rejection(openConnection(text));
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ message: expect.stringContaining("self signed certificate"), hint });
    }
  });

  test.each([
    ["sslrootcert", "junk.crt"],
    ["sslrootcert", "empty.crt"],
    ["sslrootcert", "server.key"],
    ["sslcert", "junk.crt"],
  ])("a file of %s that is no certificate is named: %s", async (option, name) => {
    const error = await rejection(openConnection(withFile("verify-full", option, name)));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: `the file of ${option} is no certificate: ${join(folder, name)}`,
      hint: "name one in PEM format, a text with -----BEGIN CERTIFICATE-----",
    });
  });

  test("a file that is no key is named", async () => {
    const error = await rejection(openConnection(withFile("require", "sslkey", "server.crt")));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(`the file of sslkey is no private key: ${join(folder, "server.crt")}`);
  });
});
