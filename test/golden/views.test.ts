import { expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import { goldenOperations } from "../support/golden.ts";

const tables = [
  m.createTable("user", { id: m.int({ pk: true }), name: m.char({ maxLength: 20 }), age: m.int() }),
  m.createTable("log", { id: m.int({ pk: true }), what: m.text() }),
];
const view = m.createView("adult", 'SELECT id, name FROM "user" WHERE age >= 18');
const trigger = m.createTrigger("user", "renamed", {
  timing: "after",
  events: ["update"],
  columns: ["name"],
  postgres: "BEGIN INSERT INTO log (what) VALUES (NEW.name); RETURN NULL; END",
  sqlite: "INSERT INTO log (what) VALUES (NEW.name);",
});

test("a view and a trigger", () => {
  expect(goldenOperations(tables, [view, trigger])).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.createView("adult", 'SELECT id, name FROM "user" WHERE age >= 18'),
      m.createTrigger("user", "renamed", {
        timing: "after",
        events: ["update"],
        columns: ["name"],
        postgres: "BEGIN INSERT INTO log (what) VALUES (NEW.name); RETURN NULL; END",
        sqlite: "INSERT INTO log (what) VALUES (NEW.name);",
      }),
    ];

    -- postgres
    BEGIN;
    CREATE VIEW "adult" AS
    SELECT id, name FROM "user" WHERE age >= 18;
    CREATE FUNCTION "user_renamed_trigger"() RETURNS trigger LANGUAGE plpgsql AS $body$BEGIN INSERT INTO log (what) VALUES (NEW.name); RETURN NULL; END$body$;
    CREATE TRIGGER "renamed" AFTER UPDATE OF "name" ON "user" FOR EACH ROW EXECUTE FUNCTION "user_renamed_trigger"();
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    CREATE VIEW "adult" AS
    SELECT id, name FROM "user" WHERE age >= 18;
    -- must return no row: SELECT 1 FROM "adult" LIMIT 0
    CREATE TRIGGER "renamed" AFTER UPDATE OF "name" ON "user" FOR EACH ROW
    BEGIN
    INSERT INTO log (what) VALUES (NEW.name);
    END;
    COMMIT;
    "
  `);
});

test("what is built on a column is away while the column changes", () => {
  expect(
    goldenOperations([...tables, view, trigger], [m.alterColumn("user", "name", m.char({ maxLength: 40 }))]),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.alterColumn("user", "name", m.char({ maxLength: 40 })),
    ];

    -- postgres
    BEGIN;
    DROP TRIGGER "renamed" ON "user";
    DROP FUNCTION "user_renamed_trigger"();
    WITH c AS (SELECT * FROM pg_class WHERE oid = to_regclass('"adult"')),
    kept (place, "column", statement) AS (
      SELECT 1, NULL, format('GRANT %s ON %I TO %s%s', g.privilege_type, c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
         FROM c, aclexplode(c.relacl) AS g WHERE g.grantee <> c.relowner
      UNION ALL SELECT 1, a.attname, format('GRANT %s (%I) ON %I TO %s%s', g.privilege_type, a.attname, c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
         FROM c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) AS g
      UNION ALL SELECT 2, NULL, format('ALTER VIEW %I SET (%s)', c.relname, array_to_string(c.reloptions, ', '))
         FROM c WHERE c.reloptions IS NOT NULL
      UNION ALL SELECT 2, NULL, format('COMMENT ON VIEW %I IS %L', c.relname, obj_description(c.oid, 'pg_class'))
         FROM c WHERE obj_description(c.oid, 'pg_class') IS NOT NULL
      UNION ALL SELECT 2, a.attname, format('COMMENT ON COLUMN %I.%I IS %L', c.relname, a.attname, col_description(c.oid, a.attnum))
         FROM c JOIN pg_attribute a ON a.attrelid = c.oid WHERE col_description(c.oid, a.attnum) IS NOT NULL
      UNION ALL SELECT 2, a.attname, format('ALTER VIEW %I ALTER COLUMN %I SET DEFAULT %s', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid))
         FROM c JOIN pg_attrdef d ON d.adrelid = c.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
      UNION ALL SELECT 2, NULL, pg_get_indexdef(i.indexrelid) FROM c JOIN pg_index i ON i.indrelid = c.oid
      UNION ALL SELECT 2, NULL, pg_get_triggerdef(t.oid) FROM c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
      UNION ALL SELECT 2, NULL, pg_get_ruledef(r.oid) FROM c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
      UNION ALL SELECT 3, NULL, format('ALTER VIEW %I OWNER TO %I', c.relname, pg_get_userbyid(c.relowner))
         FROM c WHERE pg_get_userbyid(c.relowner) <> current_user)
    SELECT set_config('yara_orm.view_1a2ef281', coalesce(json_agg(kept ORDER BY place), '[]')::text, false) FROM kept;
    DROP VIEW "adult";
    ALTER TABLE "user" ALTER COLUMN "name" TYPE varchar(40);
    CREATE VIEW "adult" AS
    SELECT id, name FROM "user" WHERE age >= 18;
    DO $yara$
    DECLARE
      one record;
    BEGIN
      FOR one IN SELECT DISTINCT c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS grantee
        FROM pg_class c, aclexplode(c.relacl) AS g WHERE c.oid = '"adult"'::regclass AND g.grantee <> c.relowner
      LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %s', one.relname, one.grantee);
      END LOOP;
      FOR one IN SELECT k.statement FROM json_to_recordset(current_setting('yara_orm.view_1a2ef281')::json) AS k (place int, "column" text, statement text)
        WHERE k."column" IS NULL OR EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = '"adult"'::regclass AND a.attname = k."column" AND NOT a.attisdropped)
        ORDER BY k.place
      LOOP
        EXECUTE one.statement;
      END LOOP;
    END
    $yara$;
    CREATE FUNCTION "user_renamed_trigger"() RETURNS trigger LANGUAGE plpgsql AS $body$BEGIN INSERT INTO log (what) VALUES (NEW.name); RETURN NULL; END$body$;
    CREATE TRIGGER "renamed" AFTER UPDATE OF "name" ON "user" FOR EACH ROW EXECUTE FUNCTION "user_renamed_trigger"();
    COMMIT;

    -- sqlite
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    CREATE TABLE "_yara_new_user" (
      "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
      "name" varchar(40) NOT NULL,
      "age" integer NOT NULL
    );
    INSERT INTO "_yara_new_user" ("id", "name", "age") SELECT "user"."id", "user"."name", "user"."age" FROM "user";
    DELETE FROM sqlite_sequence WHERE name = '_yara_new_user';
    INSERT INTO sqlite_sequence (name, seq) SELECT '_yara_new_user', seq FROM sqlite_sequence WHERE name = 'user';
    DROP TABLE "user";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "_yara_new_user" RENAME TO "user";
    PRAGMA legacy_alter_table = OFF;
    -- upgrade also makes the triggers of table user again, and what no migration knows: indexes, STRICT, WITHOUT ROWID; this text does not
    -- must return no row: SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10
    COMMIT;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA foreign_keys = ON;
    "
  `);
});

test("a renamed column is renamed in them too", () => {
  expect(
    goldenOperations([...tables, view, trigger], [m.renameColumn("user", "age", "years")]),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.renameColumn("user", "age", "years"),
    ];

    -- postgres
    BEGIN;
    WITH c AS (SELECT * FROM pg_class WHERE oid = to_regclass('"adult"')),
    kept (place, "column", statement) AS (
      SELECT 1, NULL, format('GRANT %s ON %I TO %s%s', g.privilege_type, c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
         FROM c, aclexplode(c.relacl) AS g WHERE g.grantee <> c.relowner
      UNION ALL SELECT 1, a.attname, format('GRANT %s (%I) ON %I TO %s%s', g.privilege_type, a.attname, c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
         FROM c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) AS g
      UNION ALL SELECT 2, NULL, format('ALTER VIEW %I SET (%s)', c.relname, array_to_string(c.reloptions, ', '))
         FROM c WHERE c.reloptions IS NOT NULL
      UNION ALL SELECT 2, NULL, format('COMMENT ON VIEW %I IS %L', c.relname, obj_description(c.oid, 'pg_class'))
         FROM c WHERE obj_description(c.oid, 'pg_class') IS NOT NULL
      UNION ALL SELECT 2, a.attname, format('COMMENT ON COLUMN %I.%I IS %L', c.relname, a.attname, col_description(c.oid, a.attnum))
         FROM c JOIN pg_attribute a ON a.attrelid = c.oid WHERE col_description(c.oid, a.attnum) IS NOT NULL
      UNION ALL SELECT 2, a.attname, format('ALTER VIEW %I ALTER COLUMN %I SET DEFAULT %s', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid))
         FROM c JOIN pg_attrdef d ON d.adrelid = c.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
      UNION ALL SELECT 2, NULL, pg_get_indexdef(i.indexrelid) FROM c JOIN pg_index i ON i.indrelid = c.oid
      UNION ALL SELECT 2, NULL, pg_get_triggerdef(t.oid) FROM c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
      UNION ALL SELECT 2, NULL, pg_get_ruledef(r.oid) FROM c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
      UNION ALL SELECT 3, NULL, format('ALTER VIEW %I OWNER TO %I', c.relname, pg_get_userbyid(c.relowner))
         FROM c WHERE pg_get_userbyid(c.relowner) <> current_user)
    SELECT set_config('yara_orm.view_1a2ef281', coalesce(json_agg(kept ORDER BY place), '[]')::text, false) FROM kept;
    DROP VIEW "adult";
    ALTER TABLE "user" RENAME COLUMN "age" TO "years";
    CREATE VIEW "adult" AS
    SELECT id, name FROM "user" WHERE "years" >= 18;
    DO $yara$
    DECLARE
      one record;
    BEGIN
      FOR one IN SELECT DISTINCT c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS grantee
        FROM pg_class c, aclexplode(c.relacl) AS g WHERE c.oid = '"adult"'::regclass AND g.grantee <> c.relowner
      LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %s', one.relname, one.grantee);
      END LOOP;
      FOR one IN SELECT k.statement FROM json_to_recordset(current_setting('yara_orm.view_1a2ef281')::json) AS k (place int, "column" text, statement text)
        WHERE k."column" IS NULL OR EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = '"adult"'::regclass AND a.attname = k."column" AND NOT a.attisdropped)
        ORDER BY k.place
      LOOP
        EXECUTE one.statement;
      END LOOP;
    END
    $yara$;
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    DROP TRIGGER "renamed";
    DROP VIEW "adult";
    ALTER TABLE "user" RENAME COLUMN "age" TO "years";
    CREATE VIEW "adult" AS
    SELECT id, name FROM "user" WHERE "years" >= 18;
    -- must return no row: SELECT 1 FROM "adult" LIMIT 0
    CREATE TRIGGER "renamed" AFTER UPDATE OF "name" ON "user" FOR EACH ROW
    BEGIN
    INSERT INTO log (what) VALUES (NEW.name);
    END;
    COMMIT;
    "
  `);
});

test("they go without what they are built on", () => {
  expect(
    goldenOperations([...tables, view, trigger], [m.dropTrigger("user", "renamed"), m.dropView("adult")]),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.dropTrigger("user", "renamed"),
      m.dropView("adult"),
    ];

    -- postgres
    BEGIN;
    DROP TRIGGER "renamed" ON "user";
    DROP FUNCTION "user_renamed_trigger"();
    DROP VIEW "adult";
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    DROP TRIGGER "renamed";
    DROP VIEW "adult";
    COMMIT;
    "
  `);
});
