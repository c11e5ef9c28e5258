import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { TARGETS } from "../../build/targets.ts";
import { BINARY, type Finished, requireBinary, run } from "../support/binary.ts";
import { describeDatabases } from "../support/databases.ts";
import { archivesOfAll } from "../support/release-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DOCKERFILE = read(readFileSync(join(import.meta.dir, "../../Dockerfile"), "utf8"));

const IMAGE_SCRIPT = join(import.meta.dir, "../../build/image.sh");

/** All that the image's base has to have: the C library. */
const LIBRARIES = ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"];

const MIGRATION = `import { migrations as m } from "yara-orm";
export const operations = [m.createTable("a", { id: m.int({ pk: true }) })];
`;

/** The root directory of a container, with nothing in it but what the image and its user put there. */
class Container {
  readonly #root = temporaryFolder();
  /** The only folder that can be written to. */
  readonly data = temporaryFolder();

  constructor(...folders: readonly string[]) {
    chmodSync(this.#root, 0o755);
    chmodSync(this.data, 0o777);
    for (const folder of ["proc", "data", join(DOCKERFILE.workingDirectory, "migrations"), ...folders])
      mkdirSync(join(this.#root, folder), { recursive: true });
    this.#copy(requireBinary(), DOCKERFILE.copiedTo);
    for (const library of sharedLibraries()) this.#copy(library, library);
  }

  #copy(from: string, to: string): void {
    mkdirSync(dirname(join(this.#root, to)), { recursive: true });
    copyFileSync(from, join(this.#root, to));
    chmodSync(join(this.#root, to), 0o755);
  }

  /** A path of the migrations. */
  migration(...parts: string[]): string {
    return join(this.#root, DOCKERFILE.workingDirectory, "migrations", ...parts);
  }

  /** The command that runs the image as PID 1, without root's rights, with a file system that nobody can write to. */
  command(words: readonly string[]): [string, ...string[]] {
    const script = [
      "set -e",
      'mount --bind "$1" "$1"',
      'mount -o remount,ro,bind "$1"',
      'mount -t proc proc "$1/proc"',
      'mount --bind "$2" "$1/data"',
      "root=$1; user=$3; group=$4; folder=$5; shift 5",
      'exec unshare --root="$root" --wd="$folder" --setgid="$group" --setuid="$user" "$@"',
    ].join("\n");
    const entry = [DOCKERFILE.entrypoint, ...(words.length > 0 ? words : DOCKERFILE.command)];
    return [
      "unshare",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount",
      "sh",
      "-c",
      script,
      "sh",
      this.#root,
      this.data,
      ...DOCKERFILE.user.split(":"),
      DOCKERFILE.workingDirectory,
      ...entry,
    ];
  }

  async run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return await run(this.command(words), { cwd: "/", env: { PATH: process.env.PATH ?? "", ...env } });
  }
}

/** What the loader of the system finds for the executable. */
function sharedLibraries(): string[] {
  const { stdout } = Bun.spawnSync(["ldd", BINARY]);
  const paths = [...stdout.toString().matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  const names = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
  expect(names.filter((name) => !name.startsWith("ld-")).sort()).toEqual(LIBRARIES);
  return paths;
}

test("the Dockerfile copies the executable alone, and starts it as somebody who is not root", () => {
  expect(DOCKERFILE).toMatchObject({ copies: 1, entrypoint: DOCKERFILE.copiedTo });
  expect(DOCKERFILE.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

describe("build/image.sh", () => {
  async function prepare(archives: ReadonlyMap<string, Uint8Array>) {
    const cwd = temporaryFolder();
    for (const [name, archive] of archives) await Bun.write(join(cwd, "dist/release", name), archive);
    const prepared = await run(["sh", IMAGE_SCRIPT, "dist/release", "dist/image"], {
      cwd,
      env: { PATH: process.env.PATH ?? "" },
    });
    return { cwd, prepared };
  }

  test("puts the executable of each architecture where the Dockerfile looks for it", async () => {
    const { cwd, prepared } = await prepare(await archivesOfAll(TARGETS, "9.8.7"));
    expect(prepared).toMatchObject({ code: 0, stderr: "" });
    for (const [architecture, target] of [
      ["amd64", "linux-x64"],
      ["arm64", "linux-arm64"],
    ] as const) {
      const executable = join(cwd, DOCKERFILE.copiedFrom.replace(/\$\{TARGETARCH\}/, architecture));
      expect(await run([executable], { cwd })).toMatchObject({ stdout: `9.8.7 for ${target}\n` });
    }
  });

  test("takes no archive of another version or system", async () => {
    const one = await archivesOfAll(TARGETS, "9.8.7");
    const two = await archivesOfAll(TARGETS, "9.8.8");
    const several = await prepare(new Map([...one, ...two]));
    expect(several.prepared).toMatchObject({
      code: 1,
      stderr: "there are several archives for linux-x64 in dist/release\n",
    });
    const others = [...one].filter(([name]) => !name.endsWith("-linux-arm64.tar.gz"));
    const none = await prepare(new Map(others));
    expect(none.prepared).toMatchObject({
      code: 1,
      stderr: "there is no archive for linux-arm64 in dist/release\n",
    });
  });
});

test("the image without a command says what it can do", async () => {
  expect(await new Container().run([])).toEqual({
    stdout: expect.stringContaining("\nUsage\n  yara-orm <command> [options]\n"),
    stderr: "",
    code: 0,
  });
});

describeDatabases("the image", (db) => {
  test("needs the C library and /proc, and writes to no folder but that of the database", async () => {
    const container = new Container();
    await Bun.write(container.migration("0001_initial.ts"), MIGRATION);
    const url = db.name === "sqlite" ? "sqlite:////data/app.db" : (await db.create()).url;
    const env = { DATABASE_URL: url };
    expect(await container.run(["upgrade", "--wait", "10s"], env)).toMatchObject({
      stdout: "applied: 0001_initial\n",
      code: 0,
    });
    expect(await container.run(["upgrade"], env)).toMatchObject({
      stdout: "applied: nothing to apply\n",
      stderr: "",
      code: 0,
    });
    expect(await container.run(["heads"], env)).toMatchObject({ stdout: "  [x] 0001_initial\n", code: 0 });
    expect(readdirSync(container.data)).toEqual(db.name === "sqlite" ? ["app.db"] : []);
  });

  test("takes migrations as Kubernetes mounts a config map, beside a /tmp that it may not write to", async () => {
    const container = new Container("tmp");
    mkdirSync(container.migration("..2026_11_26"));
    await Bun.write(container.migration("..2026_11_26/0001_initial.ts"), MIGRATION);
    symlinkSync("..2026_11_26", container.migration("..data"));
    symlinkSync("..data/0001_initial.ts", container.migration("0001_initial.ts"));
    const url = db.name === "sqlite" ? "sqlite:////data/app.db" : (await db.create()).url;
    expect(await container.run(["upgrade"], { DATABASE_URL: url })).toEqual({
      stdout: "applied: 0001_initial\n",
      stderr: expect.stringMatching(/^applying 0001_initial .*\n$/),
      code: 0,
    });
  });
});

const ENDLESS = `import { migrations as m } from "yara-orm";
export const operations = [m.runCode(async ({ log }) => { log("ready"); await new Promise(() => {}); })];
`;

for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  for (const { what, url, says } of [
    { what: "migrates", url: "sqlite:////data/app.db", says: "ready" },
    { what: "waits for a server", url: "postgres://nobody@127.0.0.1:1/none", says: "waiting" },
  ]) {
    test(`the image ends on ${signal} while it ${what}: a process with the number 1 has to ask for it`, async () => {
      const container = new Container();
      await Bun.write(container.migration("0001_endless.ts"), ENDLESS);
      const [program, ...rest] = container.command(["upgrade", "--wait", "10m", "--db", url]);
      const child = spawn(program, rest, {
        env: { PATH: process.env.PATH ?? "" },
        stdio: ["ignore", "ignore", "pipe"],
      });
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      child.stderr.on("data", (chunk: Buffer) => {
        if (!chunk.toString().includes(says)) return;
        const { pid } = child;
        process.kill(Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")), signal);
      });
      expect(await ended).toBe(code);
    });
  }
}

/** What this Dockerfile says; another one may say more than this reads. */
function read(text: string) {
  const lines = text.split("\n").map((line) => line.split(/\s+(.*)/, 2));
  const all = (name: string) => lines.filter(([word]) => word === name).map(([, rest = ""]) => rest);
  const [entrypoint = ""]: readonly string[] = JSON.parse(all("ENTRYPOINT").join());
  const command: readonly string[] = JSON.parse(all("CMD").join());
  const copies = all("COPY");
  return {
    copies: copies.length,
    copiedFrom: copies.join().split(" ").at(0) ?? "",
    copiedTo: copies.join().split(" ").at(-1) ?? "",
    user: all("USER").join(),
    workingDirectory: all("WORKDIR").join(),
    entrypoint,
    command,
  };
}
