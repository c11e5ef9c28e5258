import { expect, test } from "bun:test";
import type { Connection } from "../../src/connection/connection.ts";
import { openConnection } from "../../src/connection/open.ts";
import type { Change } from "../../src/dialects/dialect.ts";
import { MigrationError } from "../../src/errors.ts";
import { migrations as m } from "../../src/operations/build.ts";
import type { ColumnType } from "../../src/schema/column-type.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { onlyPostgres } from "../support/databases.ts";
import { changesOf, migrate } from "../support/migrating.ts";
import { SAMPLED_TYPES, type SampledType, sampleFor } from "../support/samples.ts";
import { readValue, valueText } from "../support/stored-values.ts";

/**
 * All that is not the same on both databases, or has no way back. What SQLite refuses, it cannot hold: a part of a millisecond,
 * the text of an interval, a number that is not finite, and in JSON one that is neither an integer of 64 bits nor a double.
 * What has no way back are values that only PostgreSQL has, and a text that has grown.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  float: [
    "'-Infinity' as char(40): -Infinity on PostgreSQL, refused on SQLite",
    "'-Infinity' as text: -Infinity on PostgreSQL, refused on SQLite",
    "-1.5 as duration: -1.5 on PostgreSQL, refused on SQLite",
    "0.1 as duration: 0.1 on PostgreSQL, refused on SQLite",
    "12.345 as duration: 12.345 on PostgreSQL, refused on SQLite",
  ],
  "decimal(10, 2)": [
    "'NaN' as char(4): NaN and no way back",
    "'NaN' as char(40): NaN and no way back",
    "'NaN' as text: NaN and no way back",
    "1.5 as duration: 1.5 on PostgreSQL, refused on SQLite",
    "-0.01 as duration: -0.01 on PostgreSQL, refused on SQLite",
    "99999999.99 as duration: 99999999.99 on PostgreSQL, refused on SQLite",
  ],
  "decimal(38, 10)": [
    "'1.5000000000' as duration: 1.5 on PostgreSQL, refused on SQLite",
    "'123456789012345.1234500000' as json: 123456789012345.12 on PostgreSQL, refused on SQLite",
    "'12345678901234567890.1234567890' as json: 12345678901234567000 on PostgreSQL, refused on SQLite",
  ],
  "char(4)": ["'7' as decimal(38, 10): 7.0000000000 and no way back"],
  text: [
    "'NaN' as float: NaN on PostgreSQL, refused on SQLite",
    "'Infinity' as float: Infinity on PostgreSQL, refused on SQLite",
    "'10:30:00' as duration: 37800000 on PostgreSQL, refused on SQLite",
    "'10:30:00.25' as duration: 37800250 on PostgreSQL, refused on SQLite",
    "'10:30:00.123456' as duration: 37800123.456 on PostgreSQL, refused on SQLite",
    "'24:00:00' as duration: 86400000 on PostgreSQL, refused on SQLite",
    "'25:01:01.001' as duration: 90061001 on PostgreSQL, refused on SQLite",
    "'1 day' as duration: 86400000 on PostgreSQL, refused on SQLite",
    "'-1 days +02:03:04' as duration: -79016000 on PostgreSQL, refused on SQLite",
    "'1e400' as json: Infinity on PostgreSQL, refused on SQLite",
    "'1e-400' as json: 0 on PostgreSQL, refused on SQLite",
    "'9223372036854775808' as json: 9223372036854775808 on PostgreSQL, refused on SQLite",
    "'0.1000000000000000055' as json: 0.1 on PostgreSQL, refused on SQLite",
    "'12345678901234567891' as json: 12345678901234567891 on PostgreSQL, refused on SQLite",
  ],
  datetime: [
    "'infinity' as char(40): infinity and no way back",
    "'0044-03-15 12:00:00 BC' as char(40): 0044-03-15 12:00:00.000000 BC and no way back",
    "'10000-01-01' as char(40): 10000-01-01 00:00:00.000000 and no way back",
    "'infinity' as text: infinity and no way back",
    "'0044-03-15 12:00:00 BC' as text: 0044-03-15 12:00:00.000000 BC and no way back",
    "'10000-01-01' as text: 10000-01-01 00:00:00.000000 and no way back",
  ],
  date: ["'infinity' as char(40): infinity and no way back", "'infinity' as text: infinity and no way back"],
  time: [
    "'24:00:00' as char(40): 24:00:00 and no way back",
    "'24:00:00' as text: 24:00:00 and no way back",
    "'10:30:00.123456' as duration: 37800123.456 on PostgreSQL, refused on SQLite",
    "'24:00:00' as duration: 86400000 and no way back",
  ],
};

onlyPostgres("the values of a column that gets another type", (db) => {
  test.each(SAMPLED_TYPES.map((type): [string, SampledType] => [type.name, type]))(
    "from %s are equal on both databases or refused by both, and come back",
    async (name, from) => {
      const sqlite = await openConnection("sqlite::memory:");
      try {
        const databases = [(await db.create()).connection, sqlite];
        const found: string[] = [];
        for (const connection of databases) await fill(connection, from);
        for (const to of SAMPLED_TYPES.filter((type) => type !== from)) {
          for (const [at, sample] of from.samples.entries()) {
            const outcomes: string[] = [];
            for (const connection of databases) {
              if (sampleFor(sample, connection.dialect) === undefined) continue;
              outcomes.push(await convert(connection, from, to, at));
            }
            const [first = "", second = first] = outcomes;
            const what = `${sampleFor(sample, "postgres")} as ${to.name}`;
            if (first !== second) found.push(`${what}: ${first} on PostgreSQL, ${second} on SQLite`);
            else if (/ and /.test(first)) found.push(`${what}: ${first}`);
          }
        }
        expect(found).toEqual([...(KNOWN[name] ?? [])]);
      } finally {
        await sqlite.close();
      }
    },
    120_000,
  );
});

/** A table of one row, with a column for each sample: one that is refused stands in the way of no other. */
async function fill(connection: Connection, from: SampledType): Promise<void> {
  const values = from.samples.map((sample) => sampleFor(sample, connection.dialect) ?? "NULL");
  await migrate(connection, [creation(from)]);
  await connection.execute([`INSERT INTO t VALUES (${values.join(", ")})`]);
}

async function refill(connection: Connection, from: SampledType): Promise<void> {
  await connection.execute(["DROP TABLE t"]);
  await fill(connection, from);
}

function creation({ spec, samples }: SampledType): Change {
  const columns = Object.fromEntries(samples.map((_, at) => [columnAt(at), spec]));
  return only(changesOf([m.createTable("t", columns)], EMPTY_SCHEMA));
}

function columnAt(at: number): string {
  return `v${at}`;
}

function only([change]: readonly Change[]): Change {
  if (change === undefined) throw new Error("no change");
  return change;
}

/** What a value becomes, and what becomes of that on the way back where it is not the first value. */
async function convert(
  connection: Connection,
  from: SampledType,
  to: SampledType,
  at: number,
): Promise<string> {
  const column = columnAt(at);
  const [old, fresh] = [from.spec.type, to.spec.type];
  const there = only(changesOf([m.alterColumn("t", column, to.spec)], creation(from).after));
  const back = only(changesOf([m.alterColumn("t", column, from.spec)], there.after));
  const first = await readValue(connection, column, old);
  if (!(await succeeds(connection, there))) {
    expect(await readValue(connection, column, old)).toBe(first);
    return "refused";
  }
  const value = await readValue(connection, column, fresh);
  const shown = inOneForm(value, old, fresh);
  if (!(await succeeds(connection, back))) {
    await refill(connection, from);
    return `${shown} and no way back`;
  }
  const last = await readValue(connection, column, old);
  if (last === first) return shown;
  // Of several texts of one value, the one comes back that the database writes.
  const isSame =
    isText(old) &&
    (await succeeds(connection, there)) &&
    (await readValue(connection, column, fresh)) === value;
  await refill(connection, from);
  return isSame ? shown : `${shown} and back ${last} of ${first}`;
}

/** A float, a moment and JSON have another text on each database, and a float also other digits in JSON. */
function inOneForm(value: string, from: ColumnType, to: ColumnType): string {
  const ownForms = isText(to) ? ["float", "datetime", "json"] : to.kind === "json" ? ["float"] : [];
  return ownForms.includes(from.kind) ? valueText(value, from) : value;
}

function isText({ kind }: ColumnType): boolean {
  return kind === "char" || kind === "text";
}

async function succeeds(connection: Connection, change: Change): Promise<boolean> {
  try {
    await migrate(connection, [change]);
    return true;
  } catch (error) {
    if (error instanceof MigrationError) return false;
    throw error;
  }
}
