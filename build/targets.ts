/** A system that an executable is built for. */
export interface Target {
  /** As it stands in the names of archives. */
  readonly name: string;
  /** The package of the registry that has Bun for this system, without its scope. */
  readonly runtime: string;
  /** The same as Bun's `compile.target` calls it. */
  readonly compile: Bun.Build.CompileTarget;
  readonly executable: "yara-orm" | "yara-orm.exe";
  readonly archive: "tar.gz" | "zip";
}

/**
 * Every target of a release. "baseline" is for processors without AVX2 (before 2013, and some virtual machines),
 * "musl" for Alpine and its like.
 */
export const TARGETS: readonly Target[] = [
  unix("linux-x64", "bun-linux-x64", "bun-linux-x64"),
  unix("linux-x64-baseline", "bun-linux-x64-baseline", "bun-linux-x64-baseline"),
  unix("linux-x64-musl", "bun-linux-x64-musl", "bun-linux-x64-musl"),
  unix("linux-x64-musl-baseline", "bun-linux-x64-musl-baseline", "bun-linux-x64-baseline-musl"),
  unix("linux-arm64", "bun-linux-aarch64", "bun-linux-arm64"),
  unix("linux-arm64-musl", "bun-linux-aarch64-musl", "bun-linux-arm64-musl"),
  unix("darwin-arm64", "bun-darwin-aarch64", "bun-darwin-arm64"),
  unix("darwin-x64", "bun-darwin-x64", "bun-darwin-x64"),
  {
    name: "windows-x64",
    runtime: "bun-windows-x64",
    compile: "bun-windows-x64",
    executable: "yara-orm.exe",
    archive: "zip",
  },
];

/** The targets of a list of names with commas between them. Throws on a name that is none. */
export function selectTargets(names: string): Target[] {
  return names.split(",").map((name) => {
    const target = TARGETS.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    throw new Error(`there is no target ${name}; targets: ${TARGETS.map((known) => known.name).join(", ")}`);
  });
}

/** The name of the archive of a target. */
export function archiveName(target: Target, version: string): string {
  return `yara-orm-${version}-${target.name}.${target.archive}`;
}

function unix(name: string, runtime: string, compile: Bun.Build.CompileTarget): Target {
  return { name, runtime, compile, executable: "yara-orm", archive: "tar.gz" };
}
