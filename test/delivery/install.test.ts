import { describe, expect, onTestFinished, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { archiveOf, installer } from "../../build/release.ts";
import { archiveName, TARGETS, type Target } from "../../build/targets.ts";
import { version } from "../../src/version.ts";
import { type Finished, requireBinary, run } from "../support/binary.ts";
import {
  archivesOfAll,
  archiveWithScript,
  type ReleaseServer,
  serveRelease,
} from "../support/release-server.ts";
import { smallDisk } from "../support/small-disk.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

const SCRIPT = join(import.meta.dir, "../../install.sh");
const PATH = process.env.PATH ?? "";

/** The level of compression. */
const FAST = 1;

/** Every command that the script needs, and one of each kind of which it needs one. */
const NEEDED = [
  "sh",
  "uname",
  "mktemp",
  "rm",
  "tar",
  "gzip",
  "mkdir",
  "cp",
  "chmod",
  "mv",
  "grep",
  "sha256sum",
];

interface System {
  readonly uname: readonly [system: string, machine: string];
  readonly ldd?: string;
  readonly flags?: string;
  readonly translated?: boolean;
}

const X64: System = { uname: ["Linux", "x86_64"], flags: "flags : sse4_2 avx avx2" };

const SYSTEMS: readonly (readonly [target: string, system: System])[] = [
  ["linux-x64", X64],
  ["linux-x64-baseline", { ...X64, flags: "flags : sse4_2 avx" }],
  ["linux-x64-musl", { ...X64, ldd: "musl libc (x86_64)" }],
  ["linux-x64-musl-baseline", { ...X64, ldd: "musl libc (x86_64)", flags: "flags : sse4_2 avx2x" }],
  ["linux-arm64", { uname: ["Linux", "aarch64"] }],
  ["linux-arm64-musl", { uname: ["Linux", "aarch64"], ldd: "musl libc (aarch64)" }],
  ["darwin-arm64", { uname: ["Darwin", "arm64"] }],
  ["darwin-arm64", { uname: ["Darwin", "x86_64"], translated: true }],
  ["darwin-x64", { uname: ["Darwin", "x86_64"] }],
  ["windows-x64", { uname: ["MINGW64_NT-10.0-20348", "x86_64"] }],
];

/** A folder of commands that answer as another system's do. */
function commandsOf({ uname, ldd = "ldd (GNU libc) 2.36", flags = "", translated = false }: System): string {
  const folder = temporaryFolder({
    uname: `#!/bin/sh\ncase $1 in -s) echo "${uname[0]}" ;; -m) echo "${uname[1]}" ;; esac\n`,
    // The one of musl ends with 1 and writes to standard error.
    ldd: `#!/bin/sh\necho "${ldd}" >&2\nexit 1\n`,
    grep: `#!/bin/sh\nfor last; do :; done\n[ "$last" = /proc/cpuinfo ] || exit 2\necho "${flags}" | ${Bun.which("grep")} "$1" "$2"\n`,
    sysctl: `#!/bin/sh\n${translated ? "echo 1" : "exit 1"}\n`,
  });
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
  return folder;
}

/** A folder with the needed commands and some others, and nothing else. */
function onlyCommands(...others: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of [...NEEDED, ...others]) {
    const path = Bun.which(name);
    if (path === null) throw new Error(`this test needs the command ${name}`);
    symlinkSync(path, join(folder, name));
  }
  return folder;
}

async function install(
  server: ReleaseServer,
  home: string,
  env: Record<string, string> = {},
): Promise<Finished> {
  return await run([Bun.which("sh") ?? "sh", SCRIPT], {
    cwd: home,
    env: { PATH, HOME: home, YARA_ORM_RELEASES: server.url, ...env },
  });
}

async function serveAll(): Promise<ReleaseServer> {
  return serveRelease("9.8.7", await archivesOfAll(TARGETS, "9.8.7"));
}

function targetNamed(name: string): Target {
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  return target;
}

/** Nothing that the script has begun is left, in the folder of the programs or among temporary files. */
function expectNothingLeft(home: string, programs: readonly string[] = []): void {
  const folder = join(home, ".local/bin");
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([...programs]);
  expect(readdirSync(join(home, "tmp"))).toEqual([]);
}

/** A server that gives SHA256SUMS, and ends the connection in the middle of everything else. */
function serveBrokenOff(sums: Uint8Array): string {
  const server = createServer((request, response) => {
    if (request.url?.endsWith("/SHA256SUMS") === true) response.end(sums);
    else {
      response.writeHead(200, { "content-length": "1000000" });
      response.write("a part", () => request.socket.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen");
  return `http://127.0.0.1:${address.port}/releases`;
}

/** The shells of this machine for which the script is written. */
const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([shell = ""]) => Bun.which(shell) !== null,
);

/** A command that waits for a second where the script says a minute. */
function inSeconds(tool: string): string {
  const replace = `for word; do shift; [ "$word" != 60 ] || word=1; set -- "$@" "$word"; done`;
  return `#!/bin/sh\n${replace}\nexec "${Bun.which(tool)}" "$@"\n`;
}

/** A server with https that sends everything on to another; and the certificate to trust. */
async function serveRedirects(to: string): Promise<{ url: string; certificate: string }> {
  const folder = temporaryFolder();
  const files = ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const made = await run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", ...files, ...names], {
    cwd: folder,
    env: { PATH },
  });
  expect(made).toMatchObject({ code: 0 });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key: Bun.file(join(folder, "key.pem")), cert: Bun.file(join(folder, "cert.pem")) },
    fetch: (request) => Response.redirect(`${to}${new URL(request.url).pathname.slice("/releases".length)}`),
  });
  onTestFinished(async () => await server.stop(true));
  return { url: `https://localhost:${server.port}/releases`, certificate: join(folder, "cert.pem") };
}

function homeFolder(): string {
  const home = temporaryFolder();
  mkdirSync(join(home, "tmp"));
  return home;
}

describe("install.sh", () => {
  test("installs the executable, which runs", async () => {
    requireBinary();
    const name = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
    const target = targetNamed(name);
    const archive = await archiveOf(target, requireBinary(), FAST);
    const server = serveRelease(version, new Map([[archiveName(target, version), archive]]));
    const home = temporaryFolder();
    const installed = await install(server, home, { YARA_ORM_TARGET: name });
    const program = join(home, ".local/bin", target.executable);
    expect(installed).toMatchObject({ code: 0, stdout: "" });
    expect(installed.stderr).toContain(`installed yara-orm ${version} to ${program}\n`);
    expect(installed.stderr).toContain(`export PATH="${join(home, ".local/bin")}:$PATH"`);
    expect(statSync(program).mode & 0o777).toBe(0o755);
    expect(await run([program, "init"], { cwd: home })).toMatchObject({
      code: 0,
      stdout: "created migrations directory: migrations\n",
    });
  });

  for (const [target, system] of SYSTEMS) {
    test(`finds ${target}: ${JSON.stringify(system)}`, async () => {
      const server = await serveAll();
      const home = temporaryFolder();
      const path = `${commandsOf(system)}${delimiter}${PATH}`;
      const installed = await install(server, home, { PATH: path });
      expect(installed.stderr).toContain(`installed yara-orm 9.8.7 for ${target} to `);
      expect(installed.code).toBe(0);
      const archive = archiveName(targetNamed(target), "9.8.7");
      expect(server.requested).toEqual(["latest/download/SHA256SUMS", `latest/download/${archive}`]);
    });
  }

  for (const uname of [
    ["SunOS", "x86_64"],
    ["Linux", "riscv64"],
  ] as const) {
    test(`says that there is none for ${uname.join(" ")}`, async () => {
      const server = await serveAll();
      const refused = await install(server, temporaryFolder(), {
        PATH: `${commandsOf({ uname })}${delimiter}${PATH}`,
      });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^error: there is no executable for /);
      expect(server.requested).toEqual([]);
    });
  }

  for (const tools of [["curl"], ["wget"]]) {
    test(`needs few commands, and ${tools.join(" and ")}`, async () => {
      const server = await serveAll();
      const home = temporaryFolder();
      const path = onlyCommands(...tools);
      const installed = await install(server, home, { PATH: path, YARA_ORM_TARGET: "linux-arm64" });
      expect(installed.stderr).toContain("installed yara-orm 9.8.7 for linux-arm64");
      expect(installed.code).toBe(0);
    });
  }

  test("says what it cannot download with", async () => {
    const refused = await install(await serveAll(), temporaryFolder(), { PATH: onlyCommands() });
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: neither curl nor wget is there to download with\n",
    });
  });

  test("takes a version, with and without its v, another folder, and blanks in its name", async () => {
    const server = await serveAll();
    const home = temporaryFolder();
    for (const given of ["9.8.7", "v9.8.7"]) {
      const folder = join(home, `of ${given}`);
      const installed = await install(server, home, {
        YARA_ORM_VERSION: given,
        YARA_ORM_INSTALL: folder,
        YARA_ORM_TARGET: "darwin-arm64",
        PATH: `${PATH}${delimiter}${folder}`,
      });
      expect(installed.code).toBe(0);
      expect(installed.stderr).not.toContain("is not in PATH");
      expect(readdirSync(folder)).toEqual(["yara-orm"]);
    }
    expect(server.requested).toContain("download/v9.8.7/SHA256SUMS");
    const missing = await install(server, home, { YARA_ORM_VERSION: "9.9.9" });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("/releases/download/v9.9.9/SHA256SUMS cannot be downloaded\n");
  });

  test("installs nothing that SHA256SUMS does not say", async () => {
    const server = await serveAll();
    const target = targetNamed("linux-x64");
    const path = `latest/download/${archiveName(target, "9.8.7")}`;
    server.files.set(path, await archiveWithScript(target, "9.8.7", "#!/bin/sh\necho evil\n"));
    const home = homeFolder();
    const env = { YARA_ORM_TARGET: target.name, TMPDIR: join(home, "tmp") };
    const refused = await install(server, home, env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /has the SHA-256 \w{64}, and SHA256SUMS says \w{64}: nothing was installed\n$/,
    );
    expectNothingLeft(home);

    server.files.set("latest/download/SHA256SUMS", Buffer.from(""));
    const none = await install(server, home, env);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain(`there is no archive for linux-x64 in ${server.url}/latest/download\n`);
    expectNothingLeft(home);
  });

  test("installs nothing of an archive that is not there, or not all there", async () => {
    const server = await serveAll();
    const target = targetNamed("linux-x64");
    const path = `latest/download/${archiveName(target, "9.8.7")}`;
    const archive = server.files.get(path) ?? Buffer.from("");
    const home = homeFolder();
    write(home, ".local/bin/yara-orm", "the old one");
    const env = { YARA_ORM_TARGET: target.name, TMPDIR: join(home, "tmp") };
    const truncated = new Map(server.files).set(path, archive.subarray(0, archive.length / 2));
    const missing = new Map(server.files);
    missing.delete(path);
    for (const [files, tools, says] of [
      [truncated, ["curl"], `SHA256SUMS says`],
      [truncated, ["wget"], `SHA256SUMS says`],
      [missing, ["curl"], `/${path} cannot be downloaded\n`],
      [missing, ["wget"], `/${path} cannot be downloaded\n`],
    ] as const) {
      server.files.clear();
      for (const [name, file] of files) server.files.set(name, file);
      const refused = await install(server, home, { ...env, PATH: onlyCommands(...tools) });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(says);
      expectNothingLeft(home, ["yara-orm"]);
    }
    const broken = serveBrokenOff(server.files.get("latest/download/SHA256SUMS") ?? Buffer.from(""));
    for (const tool of ["curl", "wget"]) {
      const refused = await run([Bun.which("sh") ?? "sh", SCRIPT], {
        cwd: home,
        env: { ...env, HOME: home, PATH: onlyCommands(tool), YARA_ORM_RELEASES: broken },
      });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toEndWith(`/${path} cannot be downloaded\n`);
      expectNothingLeft(home, ["yara-orm"]);
    }
    expect(await Bun.file(join(home, ".local/bin/yara-orm")).text()).toBe("the old one");
  });

  for (const tool of ["curl", "wget"]) {
    test(`gives up a server that does not go on, with ${tool}`, async () => {
      const home = homeFolder();
      const silent = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: async () => await new Promise<Response>(() => {}),
      });
      onTestFinished(async () => await silent.stop(true));
      const commands = temporaryFolder({ [tool]: inSeconds(tool) });
      chmodSync(join(commands, tool), 0o755);
      const refused = await run([Bun.which("sh") ?? "sh", SCRIPT], {
        cwd: home,
        env: {
          HOME: home,
          TMPDIR: join(home, "tmp"),
          PATH: `${commands}${delimiter}${onlyCommands(...(tool === "wget" ? ["wget"] : []))}`,
          YARA_ORM_RELEASES: `http://127.0.0.1:${silent.port}/releases`,
          YARA_ORM_TARGET: "linux-x64",
        },
      });
      expect(refused.stderr).toEndWith("/latest/download/SHA256SUMS cannot be downloaded\n");
      expect(refused.code).toBe(1);
      expectNothingLeft(home);
    });
  }

  for (const { help, options } of [
    { help: "  -t,  --tries=NUMBER\n  -T,  --timeout=SECONDS", options: "-t 3 -T 60 " },
    { help: "BusyBox v1.37\n\t-T SEC\t\tNetwork read timeout is SEC seconds", options: "-T 60 " },
    { help: "BusyBox v1.35\n\t-U STR", options: "" },
  ]) {
    test(`gives wget only options that it has: ${JSON.stringify(help)}`, async () => {
      const home = homeFolder();
      const says = `if [ "$1" = --help ]; then printf '%s' "${help}" >&2; exit 1; fi`;
      write(home, "commands/wget", `#!/bin/sh\n${says}\necho "$@" > "$HOME/given"\nexit 1\n`);
      chmodSync(join(home, "commands/wget"), 0o755);
      const path = `${join(home, "commands")}${delimiter}${onlyCommands()}`;
      const server = serveRelease("9.8.7", new Map());
      expect(await install(server, home, { PATH: path, YARA_ORM_TARGET: "linux-x64" })).toMatchObject({
        code: 1,
      });
      expect(await Bun.file(join(home, "given")).text()).toStartWith(`${options}-q -O `);
    });
  }

  test("does not follow from https to http", async () => {
    const plain = await serveAll();
    const { url, certificate } = await serveRedirects(plain.url);
    const refused = await install({ ...plain, url }, temporaryFolder(), {
      YARA_ORM_TARGET: "linux-x64",
      CURL_CA_BUNDLE: certificate,
    });
    expect(refused.stderr).toEndWith("/latest/download/SHA256SUMS cannot be downloaded\n");
    expect(refused.code).toBe(1);
    expect(plain.requested).toEqual([]);
  });

  for (const shell of SHELLS) {
    test(`runs in ${shell.join(" ")}`, async () => {
      const server = await serveAll();
      const home = homeFolder();
      const env = { PATH, HOME: home, YARA_ORM_RELEASES: server.url, YARA_ORM_TARGET: "linux-x64" };
      const installed = await run([...shell, SCRIPT], {
        cwd: home,
        env: { ...env, TMPDIR: join(home, "tmp") },
      });
      expect(installed.stderr).toContain("installed yara-orm 9.8.7 for linux-x64 to ");
      expect(installed.code).toBe(0);
      expectNothingLeft(home, ["yara-orm"]);
    });
  }

  for (const given of ["a/b", "./a/b"]) {
    test(`says of the folder ${given} how it is called from anywhere`, async () => {
      const home = temporaryFolder();
      const env = { YARA_ORM_TARGET: "linux-x64", YARA_ORM_INSTALL: given };
      const installed = await install(await serveAll(), home, env);
      expect(installed.stderr).toContain(`for linux-x64 to ${home}/a/b/yara-orm\n`);
      expect(installed.stderr).toContain(`export PATH="${home}/a/b:$PATH"`);
      expect(installed.code).toBe(0);
    });
  }

  for (const { what, env } of [
    { what: "YARA_ORM_INSTALL", env: (at: string) => ({ YARA_ORM_INSTALL: `${at}/.local/bin/` }) },
    { what: "HOME", env: (at: string) => ({ HOME: `${at}/` }) },
    { what: "the entry", env: (at: string) => ({ PATH: `${PATH}${delimiter}${at}/.local/bin/` }) },
    { what: "HOME in the entry", env: (at: string) => ({ PATH: `${at}//.local/bin${delimiter}${PATH}` }) },
  ]) {
    test(`finds its folder in PATH where ${what} ends in a slash`, async () => {
      const home = temporaryFolder();
      const installed = await install(await serveAll(), home, {
        YARA_ORM_TARGET: "linux-x64",
        PATH: `${PATH}${delimiter}${home}/.local/bin`,
        ...env(home),
      });
      expect(installed.stderr).toEndWith(
        `installed yara-orm 9.8.7 for linux-x64 to ${home}/.local/bin/yara-orm\n`,
      );
      expect(installed.code).toBe(0);
    });
  }

  test("does not take an entry of PATH for its folder that is one only from here", async () => {
    const home = temporaryFolder();
    const env = { YARA_ORM_TARGET: "linux-x64", PATH: `${PATH}${delimiter}.local/bin${delimiter}` };
    const installed = await install(await serveAll(), home, env);
    expect(installed.stderr).toContain(`${home}/.local/bin is not in PATH`);
    expect(installed.code).toBe(0);
  });

  for (const shell of SHELLS) {
    test(`says that nothing runs in a folder, and not why that may be elsewhere (${shell.join(" ")})`, async () => {
      const disk = smallDisk(1024);
      disk.remount("noexec");
      const home = homeFolder();
      const server = await serveAll();
      const refused = await run([...shell, SCRIPT], {
        cwd: home,
        env: {
          PATH,
          HOME: home,
          TMPDIR: join(home, "tmp"),
          YARA_ORM_RELEASES: server.url,
          YARA_ORM_TARGET: "linux-x64",
          YARA_ORM_INSTALL: disk.folder,
        },
      });
      expect(refused.stderr).toEndWith(
        `error: the executable for linux-x64 does not start here, as no program does in ${disk.folder} (it may be mounted with noexec): set YARA_ORM_INSTALL to another folder\n`,
      );
      expect(refused.code).toBe(1);
      expect(readdirSync(disk.folder)).toEqual([]);
      expectNothingLeft(home);
    });
  }

  test("puts nothing into a folder that has the name of the executable", async () => {
    const server = await serveAll();
    const home = homeFolder();
    mkdirSync(join(home, ".local/bin/yara-orm"), { recursive: true });
    const refused = await install(server, home, { YARA_ORM_TARGET: "linux-x64", TMPDIR: join(home, "tmp") });
    expect(refused.stderr).toBe(
      `error: ${home}/.local/bin/yara-orm is a folder: remove it, or set YARA_ORM_INSTALL to another folder\n`,
    );
    expect(refused.code).toBe(1);
    expect(server.requested).toEqual([]);
    expect(readdirSync(join(home, ".local/bin/yara-orm"))).toEqual([]);
  });

  test("leaves the old version where the new one does not start", async () => {
    const target = targetNamed("linux-x64-musl");
    const broken = await archiveWithScript(target, "9.8.7", "#!/bin/sh\nexit 127\n");
    const server = serveRelease("9.8.7", new Map([[archiveName(target, "9.8.7"), broken]]));
    const home = homeFolder();
    write(home, ".local/bin/yara-orm", "the old one");
    const env = { YARA_ORM_TARGET: target.name, TMPDIR: join(home, "tmp") };
    const refused = await install(server, home, env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toEndWith(
      "error: the executable for linux-x64-musl does not start here; it needs libstdc++: apk add libstdc++\n",
    );
    expect(await Bun.file(join(home, ".local/bin/yara-orm")).text()).toBe("the old one");
    expectNothingLeft(home, ["yara-orm"]);
  });

  test("says where it cannot write", async () => {
    const server = await serveAll();
    const home = temporaryFolder({ file: "" });
    const refused = await install(server, home, {
      YARA_ORM_TARGET: "linux-x64",
      YARA_ORM_INSTALL: join(home, "file/bin"),
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`error: the folder ${home}/file/bin cannot be made`);
  });

  test("does nothing when its download breaks off", async () => {
    const server = await serveAll();
    const home = temporaryFolder();
    const text = await Bun.file(SCRIPT).text();
    const cut = text.slice(0, text.lastIndexOf("main"));
    write(home, "cut.sh", cut);
    const env = { PATH, HOME: home, YARA_ORM_RELEASES: server.url };
    expect(await run(["sh", "cut.sh"], { cwd: home, env })).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(server.requested).toEqual([]);
  });

  test("of a release is run as README.md says", async () => {
    const readme = await Bun.file(join(SCRIPT, "../README.md")).text();
    const [command = ""] = /curl [^`]*\| sh/.exec(readme) ?? [];
    const repository = "https://github.com/OWNER/yara-orm";
    expect(command).toContain(`${repository}/releases/`);
    const server = await serveAll();
    const here = server.url.replace(/\/releases$/, "");
    const released = installer(await Bun.file(SCRIPT).text(), here);
    server.files.set("latest/download/install.sh", Buffer.from(released));
    const home = temporaryFolder();
    const env = { PATH: `${commandsOf(X64)}${delimiter}${PATH}`, HOME: home };
    const installed = await run(["sh", "-c", command.replace(repository, here)], { cwd: home, env });
    expect(installed.stderr).toContain(
      `installed yara-orm 9.8.7 for linux-x64 to ${home}/.local/bin/yara-orm\n`,
    );
    expect(installed.code).toBe(0);
  });

  test("asks where the releases are, unless it is part of one", async () => {
    const home = temporaryFolder();
    const env = { PATH, HOME: home };
    const refused = await run(["sh", SCRIPT], { cwd: home, env });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("set YARA_ORM_RELEASES=");
    const released = installer(await Bun.file(SCRIPT).text(), "https://host.example/owner/name");
    expect(released).toContain(
      `\nRELEASES=\${YARA_ORM_RELEASES:-https://host.example/owner/name/releases}\n`,
    );
  });
});
