import { expect, test } from "bun:test";
import type { Connection } from "../../../src/connection/connection.ts";
import { migrations as m } from "../../../src/operations/build.ts";
import type { Operation } from "../../../src/operations/types.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { onlyPostgres } from "../../support/databases.ts";
import { changesOf, invertedChanges, migrate } from "../../support/migrating.ts";

const SETUP = [
  m.createEnum("mood", ["sad", "ok", "bad"]),
  m.createTable("t", { mood: m.enum("mood", { default: "ok" }), n: m.int({ null: true }) }),
];
const SCHEMA = changesOf(SETUP, EMPTY_SCHEMA).at(-1)?.after ?? EMPTY_SCHEMA;

/** Each takes the type away and makes another one, on the way there or on the way back. */
const CHANGES: Record<string, Operation> = {
  "is reordered": m.alterEnum("mood", ["ok", "bad", "sad"]),
  "loses a value": m.alterEnum("mood", ["sad", "ok"]),
  "gets a value": m.alterEnum("mood", ["sad", "ok", "bad", "new"]),
};

/** Runs the operation forward, back and forward again; `look` must find the same each time. */
async function thereAndBackAgain(
  connection: Connection,
  operation: Operation,
  look: () => Promise<unknown>,
): Promise<void> {
  const changes = changesOf([operation], SCHEMA);
  const before = await look();
  for (const [at, run] of [changes, invertedChanges(changes), changes].entries()) {
    await migrate(connection, run);
    expect([at, await look()]).toEqual([at, before]);
  }
}

onlyPostgres("an enum that", (db) => {
  /** A database with the enum, and roles of these kinds, which are gone again afterwards. */
  async function withRoles<Kind extends string>(
    kinds: readonly Kind[],
    work: (connection: Connection, roles: Readonly<Record<Kind, string>>) => Promise<void>,
  ): Promise<void> {
    const { connection } = await db.create();
    await migrate(connection, changesOf(SETUP, EMPTY_SCHEMA));
    const suffix = crypto.randomUUID().slice(0, 8);
    // Their names have to be quoted.
    const roles = Object.fromEntries(kinds.map((kind) => [kind, `"yara ${kind} ${suffix}"`])) as Record<
      Kind,
      string
    >;
    const all = Object.values<string>(roles);
    await connection.execute(all.map((role) => `CREATE ROLE ${role}`));
    try {
      await work(connection, roles);
    } finally {
      await connection.execute([
        "RESET ROLE",
        ...all.map((role) => `REASSIGN OWNED BY ${role} TO CURRENT_USER`),
        ...all.flatMap((role) => [`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]),
      ]);
    }
  }

  const belongings = (connection: Connection) =>
    connection.query(`
      SELECT pg_get_userbyid(t.typowner)::text AS owner, obj_description(t.oid, 'pg_type') AS comment, (
        SELECT string_agg(format('%s %s %s', CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END,
          g.privilege_type, g.is_grantable), ', ' ORDER BY g.grantee)
        FROM aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) AS g) AS privileges
      FROM pg_type t WHERE t.typname = 'mood'`);

  for (const [title, operation] of Object.entries(CHANGES)) {
    test(`${title} keeps owner, comment and privileges`, async () => {
      await withRoles(["owner", "reader", "giver"], async (connection, { owner, reader, giver }) => {
        await connection.execute([
          `ALTER TYPE mood OWNER TO ${owner}`,
          "COMMENT ON TYPE mood IS 'it''s 100 % mood'",
          "REVOKE USAGE ON TYPE mood FROM PUBLIC",
          `GRANT USAGE ON TYPE mood TO ${reader}, CURRENT_USER`,
          `GRANT USAGE ON TYPE mood TO ${giver} WITH GRANT OPTION`,
        ]);
        await thereAndBackAgain(connection, operation, () => belongings(connection));
      });
    });
  }

  test("has none of it gets nothing, also where new types get privileges", async () => {
    await withRoles(["reader"], async (connection, { reader }) => {
      await connection.execute([`ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO ${reader}`]);
      await thereAndBackAgain(connection, m.alterEnum("mood", ["ok", "bad", "sad"]), () =>
        belongings(connection),
      );
    });
  });

  test("belongs to a role that the migrating one is a member of keeps its owner", async () => {
    await withRoles(["owner", "member"], async (connection, { owner, member }) => {
      await connection.execute([
        `ALTER SCHEMA public OWNER TO ${owner}`,
        `ALTER TABLE t OWNER TO ${owner}`,
        `ALTER TYPE mood OWNER TO ${owner}`,
        `GRANT ${owner} TO ${member}`,
        `GRANT USAGE ON TYPE mood TO ${member}`,
        `SET ROLE ${member}`,
      ]);
      await thereAndBackAgain(connection, m.alterEnum("mood", ["ok", "bad", "sad"]), () =>
        belongings(connection),
      );
    });
  });

  for (const isMember of [false, true]) {
    const who = isMember ? "that may have no type there" : "that the migrating one is no member of";
    test(`belongs to a role ${who} becomes the migrating role's, and the other one may use it`, async () => {
      await withRoles(["owner", "migrator"], async (connection, { owner, migrator }) => {
        await connection.execute([
          `ALTER SCHEMA public OWNER TO ${migrator}`,
          "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
          `ALTER TABLE t OWNER TO ${migrator}`,
          `ALTER TYPE mood OWNER TO ${owner}`,
          "REVOKE USAGE ON TYPE mood FROM PUBLIC",
          `GRANT USAGE ON TYPE mood TO ${migrator}`,
          ...(isMember ? [`GRANT ${owner} TO ${migrator}`] : []),
          `SET ROLE ${migrator}`,
        ]);
        await migrate(connection, changesOf([m.alterEnum("mood", ["sad", "ok"])], SCHEMA));
        const bare = (role: string) => role.replaceAll('"', "");
        expect(await belongings(connection)).toEqual([
          {
            owner: bare(migrator),
            comment: null,
            privileges: `${bare(owner)} USAGE f, ${bare(migrator)} USAGE f`,
          },
        ]);
      });
    });
  }

  const HAND_MADE = [
    "CREATE INDEX partly ON t (mood) WHERE mood = 'ok'::mood",
    `CREATE UNIQUE INDEX "it's one" ON t (n) WHERE mood = ANY ('{sad,ok}'::mood[])`,
    `COMMENT ON INDEX "it's one" IS 'one of them'`,
    "CREATE INDEX computed ON t ((CASE WHEN mood = 'ok' THEN 1 ELSE n END) DESC) WITH (fillfactor = 50)",
    "CREATE INDEX plain ON t (mood)",
  ];
  for (const [title, operation] of Object.entries(CHANGES)) {
    test(`${title} keeps the indexes over its values that somebody has made by hand`, async () => {
      const { connection } = await db.create();
      await migrate(connection, changesOf(SETUP, EMPTY_SCHEMA));
      await connection.execute(HAND_MADE);
      await thereAndBackAgain(connection, operation, () =>
        connection.query(`
          SELECT pg_get_indexdef(indexrelid) AS index, obj_description(indexrelid, 'pg_class') AS comment
          FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1`),
      );
    });
  }

  test("loses a value that such an index names is refused, and the index is named", async () => {
    const { connection } = await db.create();
    await migrate(connection, changesOf(SETUP, EMPTY_SCHEMA));
    await connection.execute(["CREATE INDEX worst ON t (n) WHERE mood = 'bad'"]);
    const failure = migrate(connection, changesOf([m.alterEnum("mood", ["sad", "ok"])], SCHEMA));
    await expect(failure).rejects.toThrow("worst");
    expect(await connection.query("SELECT to_regclass('worst') IS NOT NULL AS there")).toEqual([
      { there: true },
    ]);
  });
});
