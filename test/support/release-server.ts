import { onTestFinished } from "bun:test";
import { tarGz, zip } from "../../build/archive.ts";
import { checksumLine } from "../../build/release.ts";
import { archiveName, type Target } from "../../build/targets.ts";

/** The page of releases of a server that a test has for itself. */
export interface ReleaseServer {
  readonly url: string;
  /** What can be downloaded, by its path behind `url`; a test may change it. */
  readonly files: Map<string, Uint8Array>;
  /** The paths that were asked for. */
  readonly requested: string[];
}

/** Serves archives under `latest/download` and `download/vVERSION`, with their SHA256SUMS. Only inside a test. */
export function serveRelease(version: string, archives: ReadonlyMap<string, Uint8Array>): ReleaseServer {
  const files = new Map<string, Uint8Array>();
  const sums = [...archives].map(([name, archive]) => checksumLine(archive, name)).join("");
  for (const place of ["latest/download", `download/v${version}`]) {
    files.set(`${place}/SHA256SUMS`, Buffer.from(sums));
    for (const [name, archive] of archives) files.set(`${place}/${name}`, archive);
  }
  const requested: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const path = new URL(request.url).pathname.slice("/releases/".length);
      requested.push(path);
      const file = files.get(path);
      return file === undefined ? new Response(null, { status: 404 }) : new Response(Buffer.from(file));
    },
  });
  onTestFinished(async () => await server.stop(true));
  return { url: `http://127.0.0.1:${server.port}/releases`, files, requested };
}

/** An archive of a target with a script in the place of the executable. */
export async function archiveWithScript(
  target: Target,
  version: string,
  script: string,
): Promise<Uint8Array> {
  const path = `yara-orm-${version}-${target.name}/${target.executable}`;
  const files = [{ path, bytes: Buffer.from(script), mode: 0o755 }] as const;
  return target.archive === "zip" ? await zip(files) : await tarGz(files);
}

/** Archives of all targets whose executables say of themselves for which one they are. */
export async function archivesOfAll(
  targets: readonly Target[],
  version: string,
): Promise<Map<string, Uint8Array>> {
  const archives = new Map<string, Uint8Array>();
  for (const target of targets) {
    const script = `#!/bin/sh\necho "${version} for ${target.name}"\n`;
    archives.set(archiveName(target, version), await archiveWithScript(target, version, script));
  }
  return archives;
}
