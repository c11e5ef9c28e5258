import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "./measure.ts";

/** The other tools, as far as they are to be had here; their versions are the newest that the registry has. */
export interface Peers {
  readonly dbmate: string;
  /** Where node finds them. */
  readonly modules: string;
  /** The Python that has Django; undefined where there is none. */
  readonly python: string | undefined;
  readonly versions: Readonly<Record<string, string>>;
}

/** Where they stay for the next time; without this folder the newest are installed again. */
const CACHE = join(import.meta.dir, "../../node_modules/.cache/bench-peers");

/** Installs the peers, where they are not there yet, without running their scripts. */
export function installPeers(): Peers {
  const folder = CACHE;
  const binary = `@dbmate/${process.platform === "win32" ? "win32" : process.platform}-${process.arch}`;
  const packages = [binary, "drizzle-kit", "drizzle-orm", "knex", "typeorm", "pg"];
  if (!packages.every((name) => existsSync(join(folder, "node_modules", name)))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"];
    runToEnd({ command: ["npm", "install", ...options, ...packages], cwd: folder });
  }
  const modules = join(folder, "node_modules");
  const python = ["python3", "/usr/bin/python3"].find(hasDjango);
  const versions = Object.fromEntries(
    packages.map((name) => [
      name,
      JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version,
    ]),
  );
  if (python !== undefined) {
    const command = [
      python,
      "-c",
      "import django, sys; print(django.__version__, 'on Python', sys.version.split()[0])",
    ];
    versions.django = runToEnd({ command }).trim();
  }
  versions.node = runToEnd({ command: ["node", "--version"] }).trim();
  return {
    dbmate: join(modules, binary, "bin", process.platform === "win32" ? "dbmate.exe" : "dbmate"),
    modules,
    python,
    versions,
  };
}

function hasDjango(python: string): boolean {
  if (python.startsWith("/") && !existsSync(python)) return false;
  try {
    return (
      Bun.spawnSync([python, "-c", "import django"], { stdout: "ignore", stderr: "ignore" }).exitCode === 0
    );
  } catch {
    return false;
  }
}
