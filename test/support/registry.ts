import { onTestFinished } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { tarGz } from "../../build/archive.ts";

const INSTALLED = join(import.meta.dir, "../../node_modules");

/** What package managers read of a package.json. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The archive of a package as it is published, and its package.json. */
export interface Published {
  readonly manifest: Manifest;
  readonly archive: Uint8Array;
}

/**
 * Serves a package, and the packages that it depends on as they are installed here, as a registry of npm does; returns its
 * address. Only inside a test.
 */
export async function serveRegistry(published: Published): Promise<string> {
  const packages = new Map([[published.manifest.name, published]]);
  const waiting = Object.keys(published.manifest.dependencies ?? {});
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (packages.has(name)) continue;
    const installed = await packInstalled(name);
    packages.set(name, installed);
    waiting.push(...Object.keys(installed.manifest.dependencies ?? {}));
  }
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ url }) {
      const { origin, pathname } = new URL(url);
      const [name = "", archive] = decodeURIComponent(pathname.slice(1)).split("/-/");
      const found = packages.get(name);
      if (found === undefined) return new Response(null, { status: 404 });
      return archive === undefined
        ? Response.json(document(found, origin))
        : new Response(Buffer.from(found.archive));
    },
  });
  onTestFinished(async () => await server.stop(true));
  return `http://127.0.0.1:${server.port}/`;
}

/** What a registry says of a package: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
function document({ manifest, archive }: Published, origin: string): unknown {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const tarball = `${origin}/${name}/-/${name.slice(name.indexOf("/") + 1)}-${version}.tgz`;
  return {
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
  };
}

async function packInstalled(name: string): Promise<Published> {
  const folder = join(INSTALLED, name);
  // A package that is installed has a name and a version.
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = paths
    .filter((path) => statSync(join(folder, path)).isFile())
    .map(
      (path) => ({ path: `package/${path}`, bytes: readFileSync(join(folder, path)), mode: 0o644 }) as const,
    );
  return { manifest, archive: await tarGz(files, 1) };
}
