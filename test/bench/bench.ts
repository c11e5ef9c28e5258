import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { buildFloor, type Floor } from "./floors.ts";
import { runToEnd, type Subject } from "./measure.ts";
import { installPeers, type Peers } from "./peers.ts";
import { nameOf } from "./projects.ts";

/** What a measurement is to come to: the ratio to another subject, and the most that it may be. */
export interface Goal {
  readonly to: string;
  readonly most: number;
}

/** The peers that run on Node or Python: the tool's peak memory is to be below theirs, whatever the case. */
export const MANAGED_PEERS: readonly string[] = ["drizzle-kit", "knex", "typeorm", "django"];

/** A command of the tool and what it is measured against. */
export interface Case {
  /** For `--only`, as in `upgrade/sqlite/100`. */
  readonly id: string;
  readonly goals: readonly Goal[];
  /** Makes what the subjects work on. The first of them is the tool's own. */
  prepare(bench: Bench): Promise<readonly Subject[]>;
}

/** A copy of an executable in the folder in which all that are measured are copied anew: see measure. */
export function copyOf(executable: string, folder: string): string {
  const copy = join(folder, basename(executable));
  copyFileSync(executable, copy);
  return copy;
}

/** What the cases share, each made when a case first asks for it. */
export class Bench {
  readonly folder: string;
  readonly binary: string;
  readonly #floors = new Map<Floor, Promise<string>>();
  readonly #folders = new Set<string>();
  #peers: Peers | undefined;
  #server: Promise<PostgresServer> | undefined;

  constructor(folder: string, binary: string) {
    this.folder = folder;
    this.binary = binary;
  }

  get peers(): Peers {
    if (this.#peers === undefined) {
      const peers = installPeers();
      this.#peers = { ...peers, dbmate: copyOf(peers.dbmate, this.folder) };
      // Where projects of the peers find what they import.
      mkdirSync(join(this.folder, "peers"), { recursive: true });
      symlinkSync(this.#peers.modules, join(this.folder, "peers/node_modules"));
    }
    return this.#peers;
  }

  /** The versions of the peers, as far as a case has asked for them. */
  get versions(): Readonly<Record<string, string>> {
    return this.#peers?.versions ?? {};
  }

  floor(kind: Floor): Promise<string> {
    const known = this.#floors.get(kind) ?? buildFloor(this.folder, kind);
    this.#floors.set(kind, known);
    return known;
  }

  /** A folder of that name; `make` fills it the first time. */
  async project(name: string, make: (folder: string) => void | Promise<void>): Promise<string> {
    const folder = join(this.folder, name);
    if (this.#folders.has(name)) return folder;
    this.#folders.add(name);
    mkdirSync(folder, { recursive: true });
    await make(folder);
    return folder;
  }

  async #admin(statement: string): Promise<void> {
    this.#server ??= startPostgresServer("embedded");
    const sql = new Bun.SQL((await this.#server).url);
    await sql.unsafe(statement);
    await sql.close();
  }

  /**
   * A PostgreSQL database without anything in it, in the place of one of that name; returns its URL. What the runs
   * before have left for the server to write is written.
   */
  async emptyDatabase(name: string): Promise<string> {
    await this.#admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.#admin(`CREATE DATABASE ${name}`);
    await this.#admin("CHECKPOINT");
    return this.databaseUrl(name);
  }

  async databaseUrl(name: string): Promise<string> {
    this.#server ??= startPostgresServer("embedded");
    return (await this.#server).url.replace(/\/postgres$/, `/${name}`);
  }

  async close(): Promise<void> {
    await (await this.#server)?.stop();
  }
}

/** The folder of one file for each of that many migrations. */
export async function migrationsFolder(
  bench: Bench,
  name: string,
  count: number,
  file: (at: number) => readonly [name: string, text: string],
): Promise<string> {
  return await bench.project(name, async (folder) => {
    for (let at = 1; at <= count; at += 1) {
      const [entry, text] = file(at);
      await Bun.write(join(folder, entry), text);
    }
  });
}

/** dbmate orders by the number before the first underscore. */
export function dbmateName(at: number): string {
  return `${20_240_000_000_000 + at}_${nameOf(at)}.sql`;
}

/** Runs a subject once, as preparation. */
export function once(subject: Subject): void {
  runToEnd(subject);
}
