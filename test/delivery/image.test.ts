import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { BINARY, type Finished, requireBinary, run } from "../support/binary.ts";
import { describeDatabases } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DOCKERFILE = read(readFileSync(join(import.meta.dir, "../../Dockerfile"), "utf8"));

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

  constructor() {
    chmodSync(this.#root, 0o755);
    chmodSync(this.data, 0o777);
    for (const folder of ["proc", "data", "app/migrations"])
      mkdirSync(join(this.#root, folder), { recursive: true });
    this.#copy(requireBinary(), DOCKERFILE.copiedTo);
    for (const library of sharedLibraries()) this.#copy(library, library);
  }

  #copy(from: string, to: string): void {
    mkdirSync(dirname(join(this.#root, to)), { recursive: true });
    copyFileSync(from, join(this.#root, to));
    chmodSync(join(this.#root, to), 0o755);
  }

  path(...parts: string[]): string {
    return join(this.#root, ...parts);
  }

  /** The command that runs the image as PID 1, without root's rights, with a file system that nobody can write to. */
  command(words: readonly string[]): [string, ...string[]] {
    const script = [
      "set -e",
      'mount --bind "$1" "$1"',
      'mount -o remount,ro,bind "$1"',
      'mount -t proc proc "$1/proc"',
      'mount --bind "$2" "$1/data"',
      'root=$1; user=$3; shift 3; exec chroot --userspec="$user" "$root" "$@"',
    ].join("\n");
    const entry = [DOCKERFILE.entrypoint, ...words];
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
      DOCKERFILE.user,
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

describeDatabases("the image", (db) => {
  test("needs the C library and /proc, and writes to no folder but that of the database", async () => {
    const container = new Container();
    await Bun.write(container.path("app/migrations/0001_initial.ts"), MIGRATION);
    const url = db.name === "sqlite" ? "sqlite:////data/app.db" : (await db.create()).url;
    const words = ["--dir", "/app/migrations"];
    const env = { DATABASE_URL: url };
    expect(await container.run(["upgrade", "--wait", "10s", ...words], env)).toMatchObject({
      stdout: "applied: 0001_initial\n",
      code: 0,
    });
    expect(await container.run(["upgrade", ...words], env)).toMatchObject({
      stdout: "applied: nothing to apply\n",
      stderr: "",
      code: 0,
    });
    expect(await container.run(["heads", ...words], env)).toMatchObject({
      stdout: "  [x] 0001_initial\n",
      code: 0,
    });
    expect(readdirSync(container.data)).toEqual(db.name === "sqlite" ? ["app.db"] : []);
  });

  test("takes migrations as Kubernetes mounts a config map", async () => {
    const container = new Container();
    const folder = container.path("app/migrations");
    mkdirSync(join(folder, "..2026_11_26"));
    await Bun.write(join(folder, "..2026_11_26/0001_initial.ts"), MIGRATION);
    symlinkSync("..2026_11_26", join(folder, "..data"));
    symlinkSync("..data/0001_initial.ts", join(folder, "0001_initial.ts"));
    const url = db.name === "sqlite" ? "sqlite:////data/app.db" : (await db.create()).url;
    expect(await container.run(["upgrade", "--dir", "/app/migrations"], { DATABASE_URL: url })).toEqual({
      stdout: "applied: 0001_initial\n",
      stderr: expect.stringMatching(/^applying 0001_initial .*\n$/),
      code: 0,
    });
  });
});

for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  test(`the image ends on ${signal}, which a process with the number 1 has to ask for`, async () => {
    const container = new Container();
    await Bun.write(
      container.path("app/migrations/0001_endless.ts"),
      `import { migrations as m } from "yara-orm";
export const operations = [m.runCode(async ({ log }) => { log("ready"); await new Promise(() => {}); })];
`,
    );
    const words = ["upgrade", "--dir", "/app/migrations", "--db", "sqlite:////data/app.db"];
    const [program, ...rest] = container.command(words);
    const child = spawn(program, rest, {
      env: { PATH: process.env.PATH ?? "" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stderr.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes("ready")) return;
      const { pid } = child;
      process.kill(Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")), signal);
    });
    expect(await ended).toBe(code);
  });
}

/** What this Dockerfile says; another one may say more than this reads. */
function read(text: string) {
  const lines = text.split("\n").map((line) => line.split(/\s+(.*)/, 2));
  const all = (name: string) => lines.filter(([word]) => word === name).map(([, rest = ""]) => rest);
  const [entrypoint = ""]: readonly string[] = JSON.parse(all("ENTRYPOINT").join());
  const copies = all("COPY");
  return {
    copies: copies.length,
    copiedTo: copies.join().split(" ").at(-1) ?? "",
    user: all("USER").join(),
    entrypoint,
  };
}
