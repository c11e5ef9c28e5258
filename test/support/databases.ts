import { afterAll, afterEach, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import type { DialectName } from "../../src/schema/expression.ts";

/** A fresh, empty database with a session in it. */
export interface TestDatabase {
  readonly url: string;
  readonly connection: Connection;
}

/** One kind of database for the tests of a block. Everything made by it is gone after the test that made it. */
export interface DatabaseSource {
  readonly name: DialectName;
  /** Makes an empty database and opens a session. */
  create(): Promise<TestDatabase>;
  /** Makes an empty database that nobody has opened; on SQLite the file does not exist yet. */
  createUrl(): Promise<string>;
  /** Opens a further session, which is closed after the test. */
  open(url: string): Promise<Connection>;
}

type Block = (db: DatabaseSource) => void;

/** A `describe` block that runs once for each kind of database. */
export function describeDatabases(title: string, block: Block): void {
  onlySqlite(title, block);
  onlyPostgres(title, block);
}

/** A `describe` block on a real PostgreSQL server; without one its tests fail. */
export function onlyPostgres(title: string, block: Block): void {
  describeSource(title, "postgres", () => new PostgresMaker(), block);
}

/** A `describe` block on SQLite files. */
export function onlySqlite(title: string, block: Block): void {
  describeSource(title, "sqlite", () => new SqliteMaker(), block);
}

/** The server for the tests, as the URL of a database in which others can be created. */
export function testServerUrl(): string {
  const url = process.env.YARA_TEST_POSTGRES_URL;
  if (url === undefined || url === "") {
    throw new Error(
      "this test needs a PostgreSQL server: run it with `npm test -- <file>` (or `bun run test/run.ts <file>`), " +
        "which starts one, or set YARA_TEST_POSTGRES_URL to the URL of a superuser",
    );
  }
  return url;
}

interface Maker {
  make(): Promise<string>;
  /** Removes what `make` has made since the last call. */
  clean(): Promise<void>;
  end(): Promise<void>;
}

function describeSource(title: string, name: DialectName, createMaker: () => Maker, block: Block): void {
  describe(`${title} (${name})`, () => {
    const maker = createMaker();
    let connections: Connection[] = [];
    const open = async (url: string): Promise<Connection> => {
      const connection = await openConnection(url);
      connections.push(connection);
      return connection;
    };
    afterEach(async () => {
      const opened = connections;
      connections = [];
      for (const connection of opened) await connection.close();
      await maker.clean();
    });
    afterAll(() => maker.end());
    block({
      name,
      open,
      createUrl: () => maker.make(),
      async create() {
        const url = await maker.make();
        return { url, connection: await open(url) };
      },
    });
  });
}

class SqliteMaker implements Maker {
  #folders: string[] = [];

  async make(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "yara-orm-test-"));
    this.#folders.push(folder);
    return `sqlite:///${join(folder, "test.db")}`;
  }

  async clean(): Promise<void> {
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  async end(): Promise<void> {}
}

class PostgresMaker implements Maker {
  #server: Promise<Connection> | undefined;
  #names: string[] = [];

  async make(): Promise<string> {
    const serverUrl = testServerUrl();
    this.#server ??= openConnection(serverUrl);
    const server = await this.#server;
    const name = `yara_test_${crypto.randomUUID().replaceAll("-", "")}`;
    this.#names.push(name);
    await server.execute([`CREATE DATABASE ${name} TEMPLATE template0`]);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  async clean(): Promise<void> {
    const server = await this.#server;
    for (const name of this.#names.splice(0)) {
      await server?.execute([`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]);
    }
  }

  async end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await (await server)?.close();
  }
}
