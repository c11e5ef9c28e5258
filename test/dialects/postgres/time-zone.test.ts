import { expect, test } from "bun:test";
import { yaraOrm } from "../../support/binary.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const FILES = {
  "migrations/0001_day.ts": `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("event", { id: m.int({ pk: true }), at: m.date() }),
  m.runSQL("INSERT INTO event VALUES (1, '2024-01-01')", { reverse: [] }),
];
`,
  "migrations/0002_moment.ts": `import { migrations as m } from "yara-orm";
export const dependencies = ["0001_day"];
export const operations = [m.alterColumn("event", "at", m.datetime())];
`,
};

onlyPostgres("a database with a time zone of its own", (db) => {
  async function elsewhere() {
    const { url, connection } = await db.create();
    const [row] = await connection.query<{ name: string }>("SELECT current_database() AS name");
    await connection.execute([`ALTER DATABASE "${row?.name}" SET timezone = 'Asia/Tokyo'`]);
    return { url, connection, cwd: temporaryFolder(FILES) };
  }

  test("has days that begin when they do everywhere", async () => {
    const { url, connection, cwd } = await elsewhere();
    expect(await yaraOrm(["upgrade", "--db", url], { cwd })).toMatchObject({ code: 0 });
    const moment = "SELECT (at AT TIME ZONE 'UTC')::text AS at FROM event";
    expect(await connection.query(moment)).toEqual([{ at: "2024-01-01 00:00:00" }]);
  });

  test("has records that mean UTC also where their column has no time zone", async () => {
    const { url, connection, cwd } = await elsewhere();
    await connection.execute([
      "CREATE TABLE orm_migrations (id serial PRIMARY KEY, app text, name text, applied_at timestamp)",
      "INSERT INTO orm_migrations (app, name, applied_at) VALUES ('models', '0001_day', '2025-12-01 09:30:00')",
      "CREATE TABLE event (id integer PRIMARY KEY, at date NOT NULL)",
    ]);
    const before = Date.now();
    expect(await yaraOrm(["upgrade", "--db", url], { cwd })).toMatchObject({ code: 0 });
    const { stdout } = await yaraOrm(["history", "--json", "--db", url], { cwd });
    const [first, second] = JSON.parse(stdout).history;
    expect(first).toMatchObject({ name: "0001_day", appliedAt: "2025-12-01T09:30:00.000Z" });
    expect(Math.abs(Date.parse(second.appliedAt) - before)).toBeLessThan(60_000);
  });

  test("is left in the zone that the options of the session name", async () => {
    const { url } = await elsewhere();
    const connection = await db.open(
      `${url}${url.includes("?") ? "&" : "?"}options=-c%20TimeZone%3DEurope/Paris`,
    );
    expect(await connection.query("SHOW timezone")).toEqual([{ TimeZone: "Europe/Paris" }]);
  });
});
