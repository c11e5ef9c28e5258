import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { operations as initial } from "../../examples/chinook/migrations/0001_initial.ts";
import * as exported from "../../examples/chinook/models.ts";
import { Customer, Track } from "../../examples/chinook/models.ts";
import type { Connection } from "../../src/connection/connection.ts";
import { MigrationManager } from "../../src/manager.ts";
import { type AnyModel, isModel } from "../../src/models/model.ts";
import { runWithConnection } from "../../src/models/objects/session.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import { EMPTY_SCHEMA, type Schema, tablesByName } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { expectSchema } from "../support/migrating.ts";
import {
  chinookDefinitions,
  chinookInserts,
  contentsOf,
  noChinookData,
  rowsOfInserts,
} from "./chinook-data.ts";

const DIRECTORY = join(import.meta.dir, "../../examples/chinook/migrations");
const HISTORY = readdirSync(DIRECTORY)
  .sort()
  .map((file) => file.replace(/\.ts$/, ""));
const AFTER_INITIAL = HISTORY.slice(1);

const MODELS: readonly AnyModel[] = Object.values(exported).filter(isModel);
const FIRST: Schema = initial.reduce((schema, operation) => applyOperation(operation, schema), EMPTY_SCHEMA);
const FIRST_TABLES = tablesByName(FIRST);

if (noChinookData !== undefined) console.warn(`skipped: the test with the rows of Chinook: ${noChinookData}`);
const testWithChinook = test.skipIf(noChinookData !== undefined);
/** Fifteen thousand rows, twice. */
const CHINOOK_TIMEOUT = 60_000;
const because = noChinookData === undefined ? "" : `: SKIPPED, ${noChinookData}`;

describeDatabases("the history of Chinook", (db) => {
  test("leads to the models and back to the first migration, and keeps every row", async () => {
    const { connection } = await db.create();
    const manager = managerOf(connection);
    expect(await manager.upgrade({ target: "1" })).toEqual(["0001_initial"]);
    await expectSchema(connection, FIRST);
    await connection.execute(OWN_ROWS);
    await roundTrip(connection, async () => {
      expect(await searchNames(connection)).toEqual([
        "luis goncalves",
        "frantisek wichterlova",
        "bjørn a o'hara",
      ]);
    });
  });

  test("keeps the rows that are written to the last schema, and gives no id a second time", async () => {
    const { connection } = await db.create();
    const manager = managerOf(connection);
    await manager.upgrade({ target: "1" });
    await connection.execute([...OWN_ROWS, "DELETE FROM track WHERE track_id = 4"]);
    await manager.upgrade({ confirm: true });
    const track = await runWithConnection(connection, () =>
      Track.objects.create({ name: "New", mediaTypeId: 1, unitPrice: "1.10", duration: 61_001 }),
    );
    expect(track).toMatchObject({ trackId: 5, duration: 61_001 });
    await runWithConnection(connection, () =>
      Customer.objects.filter({ customerId: 1 }).update({ searchName: "changed" }),
    );

    expect(await manager.downgrade({ target: "3", confirm: true })).toEqual(AFTER_INITIAL.slice(2).reverse());
    expect(await milliseconds(connection)).toEqual([
      { track_id: 1, milliseconds: 0 },
      { track_id: 2, milliseconds: 343_719 },
      { track_id: 3, milliseconds: 2_147_483_647 },
      { track_id: 5, milliseconds: 61_001 },
    ]);
    // What a column that stays holds is not touched; 0003 clears what it filled.
    expect((await searchNames(connection))[0]).toBe("changed");
    expect(await manager.downgrade({ target: "2", confirm: true })).toEqual(["0003_fill_search_names"]);
    expect(await searchNames(connection)).toEqual([null, null, null]);

    await manager.upgrade({ confirm: true });
    await runWithConnection(connection, async () => {
      expect(await Track.objects.get({ trackId: 5 })).toEqual(track);
      expect((await Track.objects.create({ ...track, trackId: undefined })).trackId).toBe(6);
    });
  });

  testWithChinook(
    `takes Chinook's own rows unchanged, and keeps them${because}`,
    async () => {
      const { connection } = await db.create();
      await managerOf(connection).upgrade({ target: "1" });
      const inserts = chinookInserts(db.name);
      await connection.execute(inserts);
      const contents = await contentsOf(connection, FIRST_TABLES);
      const counts = Object.entries(contents).map(([table, { rows }]) => [table, rows]);
      expect(Object.fromEntries(counts)).toEqual(rowsOfInserts(inserts));
      expect(contents).toMatchObject({ track: { rows: 3503 }, playlist_track: { rows: 8715 } });

      const original = (await db.create()).connection;
      await original.execute([...chinookDefinitions(db.name), ...inserts]);
      expect(await contentsOf(original, FIRST_TABLES)).toEqual(contents);
      // On SQLite Chinook gives its indexes other names than on PostgreSQL.
      if (db.name === "postgres") await expectSchema(original, FIRST);

      await roundTrip(connection, async () => {
        const names = await searchNames(connection);
        expect(names).toHaveLength(59);
        expect(names.slice(0, 5)).toEqual([
          "luis goncalves",
          "leonie kohler",
          "francois tremblay",
          "bjørn hansen",
          "frantisek wichterlova",
        ]);
        expect(names).not.toContain(null);
      });
    },
    CHINOOK_TIMEOUT,
  );
});

/** Applies the history after its first migration, reverts it and applies it again, and compares all rows each time. */
async function roundTrip(connection: Connection, check: () => Promise<void>): Promise<void> {
  const manager = managerOf(connection);
  const today = schemaFromModels(MODELS);
  const first = await contentsOf(connection, FIRST_TABLES);
  const tracks = await milliseconds(connection);

  expect(await manager.upgrade({ confirm: true })).toEqual(AFTER_INITIAL);
  await expectSchema(connection, today);
  const last = await contentsOf(connection, tablesByName(today));
  expect(await durations(connection)).toEqual(tracks);
  await check();

  expect(await manager.downgrade({ target: "0001_initial", confirm: true })).toEqual(
    AFTER_INITIAL.toReversed(),
  );
  await expectSchema(connection, FIRST);
  expect(await contentsOf(connection, FIRST_TABLES)).toEqual(first);

  expect(await manager.upgrade({ confirm: true })).toEqual(AFTER_INITIAL);
  await expectSchema(connection, today);
  expect(await contentsOf(connection, tablesByName(today))).toEqual(last);
  await check();
}

function managerOf(connection: Connection): MigrationManager {
  return new MigrationManager({ directory: DIRECTORY, connection });
}

async function milliseconds(connection: Connection): Promise<unknown[]> {
  return await connection.query("SELECT track_id, milliseconds FROM track ORDER BY track_id");
}

/** The same from the column that takes their place, as the application reads it. */
async function durations(connection: Connection): Promise<unknown[]> {
  const tracks = await runWithConnection(
    connection,
    async () => await Track.objects.orderBy("trackId").values("trackId", "duration"),
  );
  return tracks.map(({ trackId, duration }) => ({ track_id: trackId, milliseconds: duration }));
}

async function searchNames(connection: Connection): Promise<unknown[]> {
  const rows = await connection.query("SELECT search_name FROM customer ORDER BY customer_id");
  return rows.map((row) => row.search_name);
}

const OWN_ROWS: readonly string[] = [
  "INSERT INTO artist (name) VALUES ('AC/DC'), (NULL)",
  "INSERT INTO album (title, artist_id) VALUES ('Let There Be Rock', 1), ('[Live]; 100%', 2)",
  "INSERT INTO genre (name) VALUES ('Rock'), (NULL)",
  "INSERT INTO media_type (name) VALUES ('MPEG audio file')",
  `INSERT INTO track (name, album_id, media_type_id, genre_id, composer, milliseconds, bytes, unit_price) VALUES
    ('Silence', NULL, 1, NULL, NULL, 0, NULL, 0.00),
    ('For Those About To Rock', 1, 1, 1, 'Angus Young', 343719, 11170334, 0.99),
    ('Long', 2, 1, 2, '', 2147483647, 2147483647, 99999999.99),
    ('Short', 2, 1, 2, NULL, 1, 1, 0.50)`,
  "INSERT INTO playlist (name) VALUES ('Music'), (NULL)",
  "INSERT INTO playlist_track (playlist_id, track_id) VALUES (1, 1), (1, 2), (2, 1)",
  `INSERT INTO employee (last_name, first_name, reports_to, birth_date, hire_date) VALUES
    ('Adams', 'Andrew', NULL, '1962-02-18 00:00:00', '2002-08-14 00:00:00'),
    ('Edwards', 'Nancy', 1, NULL, '2002-05-01 12:34:56.789')`,
  `INSERT INTO customer (first_name, last_name, email, support_rep_id) VALUES
    ('Luís', 'Gonçalves', 'luisg@example.com', 2),
    ('František', 'Wichterlová', 'frantisekw@example.com', NULL),
    ('Bjørn Å', 'O''Hara', 'bjorn@example.com', 1)`,
  `INSERT INTO invoice (customer_id, invoice_date, billing_country, total) VALUES
    (1, '2021-01-01 00:00:00', 'Brazil', 1.98), (3, '2021-12-31 23:59:59', NULL, 0.99)`,
  "INSERT INTO invoice_line (invoice_id, track_id, unit_price, quantity) VALUES (1, 2, 0.99, 2), (2, 3, 0.99, 1)",
];
