import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { TARGETS, type Target } from "../../build/targets.ts";
import { version } from "../../src/version.ts";
import { run } from "../support/binary.ts";
import { executableFormat } from "../support/executable-format.ts";
import { buildMuslLibraries } from "../support/musl.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

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
  "darwin-arm64": "Mach-O ARM64",
  "darwin-x64": "Mach-O x86-64",
  "windows-x64": "PE x86-64",
};

/** The sources in a folder of their own, without what another build has left. */
function sources(): string {
  const folder = temporaryFolder();
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
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function build(): Promise<string> {
  const cwd = sources();
  const out = join(cwd, "out");
  const targets = BUILT.map(({ name }) => name).join(",");
  const built = await run([process.execPath, "run", "build.ts", `--targets=${targets}`, `--out=${out}`], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? cwd, ...registry() },
  });
  if (built.code !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  return out;
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
      const out = await build();
      const sums = readFileSync(join(out, "SHA256SUMS"), "utf8");
      expect(sums.trimEnd().split("\n")).toHaveLength(BUILT.length);
      expect(readFileSync(join(await build(), "SHA256SUMS"), "utf8")).toBe(sums);
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
  const cwd = temporaryFolder({
    "migrations/0001_initial.ts":
      'import { migrations as m } from "yara-orm";\nexport const operations = [m.createTable("a", { id: m.int({ pk: true }) })];\n',
  });
  const yaraOrm = async (...more: string[]) => await run([...words, executable, ...more], { cwd, env });
  expect(await yaraOrm("--version")).toMatchObject({ stdout: `${version}\n`, code: 0 });
  expect(await yaraOrm("upgrade", "--db", "app.db")).toMatchObject({
    stdout: "applied: 0001_initial\n",
    code: 0,
  });
  expect(await yaraOrm("heads", "--db", "app.db")).toMatchObject({ stdout: "  [x] 0001_initial\n", code: 0 });
}
