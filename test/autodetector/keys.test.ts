import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { SchemaError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { applyOperation, describeOperation } from "../../src/operations/handlers.ts";
import { EMPTY_SCHEMA, type Schema } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, expectSchema, invertedChanges, migrate } from "../support/migrating.ts";

/** A user, the posts that refer to it, its details whose key is the reference, and the tags of the posts. */
function schemaWith(key: "int" | "bigInt" | "text"): Schema {
  const options = { pk: true } as const;
  const id = { int: fields.int(options), bigInt: fields.bigInt(options), text: fields.text(options) }[key];
  const User = defineModel("KeyUser", { id, boss: fields.foreignKey("KeyUser", { null: true }) });
  const Details = defineModel("KeyDetails", { user: fields.oneToOne("KeyUser", { pk: true }) });
  const Note = defineModel("KeyNote", {
    details: fields.foreignKey("KeyDetails"),
    readers: fields.manyToMany("KeyUser"),
  });
  return schemaFromModels([User, Details, Note]);
}

describeDatabases("the type of a key reaches all that refer to it", (db) => {
  test.each(["bigInt", "text"] as const)("int to %s, and back", async (key) => {
    const { connection } = await db.create();
    const [before, after] = [schemaWith("int"), schemaWith(key)];
    await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, before).operations, EMPTY_SCHEMA));
    await connection.execute([
      "INSERT INTO key_user (id, boss_id) VALUES (1, NULL), (2, 1)",
      "INSERT INTO key_details (user_id) VALUES (2)",
      "INSERT INTO key_note (id, details_id) VALUES (5, 2)",
      "INSERT INTO key_note_readers (key_note_id, key_user_id) VALUES (5, 1)",
    ]);
    const changes = changesOf(diffSchemas(before, after).operations, before);
    await migrate(connection, changes);
    await expectSchema(connection, after);
    expect(
      await connection.query("SELECT CAST(boss_id AS text) AS boss FROM key_user WHERE boss_id IS NOT NULL"),
    ).toEqual([{ boss: "1" }]);
    await expect(connection.execute(["INSERT INTO key_details (user_id) VALUES ('7')"])).rejects.toThrow();
    await migrate(connection, invertedChanges(changes));
    await expectSchema(connection, before);
    expect(await connection.query("SELECT details_id FROM key_note")).toEqual([{ details_id: 2 }]);
  });
});

/** A seat, and tickets for its code, which one of the three makes a key; without tickets where there is none. */
function seatsWith(key: "index" | "constraint" | "both" | "none"): Schema {
  const Seat = defineModel(
    "Seat",
    { code: fields.int() },
    {
      indexes:
        key === "index" || key === "both" ? [{ fields: ["code"], unique: true, name: "seat_codes" }] : [],
      uniqueTogether: key === "constraint" || key === "both" ? [["code"]] : [],
    },
  );
  const Ticket = defineModel(
    "Ticket",
    { seat: fields.int() },
    { constraints: [{ foreignKey: ["seat"], references: { model: "Seat", fields: ["code"] } }] },
  );
  return schemaFromModels(key === "none" ? [Seat] : [Seat, Ticket]);
}

describeDatabases("what a foreign key refers to", (db) => {
  test("is a unique constraint, a unique index, or both, one after the other", async () => {
    const { connection } = await db.create();
    const keys = ["index", "constraint", "both", "index", "both", "constraint", "index"] as const;
    let before = seatsWith("none");
    await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, before).operations, EMPTY_SCHEMA));
    await connection.execute(["INSERT INTO seat (code) VALUES (7)"]);
    const made = keys.map((key) => {
      const changes = changesOf(diffSchemas(before, seatsWith(key)).operations, before);
      before = seatsWith(key);
      return changes;
    });
    for (const changes of [...made, ...made.slice(1).toReversed().map(invertedChanges)]) {
      await migrate(connection, changes);
      await expectSchema(connection, changes.at(-1)?.after ?? EMPTY_SCHEMA);
      await connection.execute(["INSERT INTO ticket (seat) VALUES (7)"]);
      await expect(connection.execute(["INSERT INTO ticket (seat) VALUES (8)"])).rejects.toThrow();
      await expect(connection.execute(["INSERT INTO seat (code) VALUES (7)"])).rejects.toThrow();
    }
  });
});

const hand = [
  m.createTable("user", { id: m.int({ pk: true }) }),
  m.createTable("post", { author: m.int({ references: { table: "user", column: "id" } }) }),
].reduce<Schema>((schema, operation) => applyOperation(operation, schema), EMPTY_SCHEMA);

test("a key that is altered by hand may get a type that compares with that of the reference", () => {
  expect(() =>
    applyOperation(m.alterColumn("user", "id", m.bigInt({ autoIncrement: true })), hand),
  ).not.toThrow();
});

test.each([
  ["the key", m.alterColumn("user", "id", m.text()), "post.author (int) and user.id (text)"],
  ["the reference", m.alterColumn("post", "author", m.uuid()), "post.author (uuid) and user.id (int)"],
])("%s cannot be altered alone to another kind of type", (_, operation, columns) => {
  const refusal = (() => {
    try {
      return applyOperation(operation, hand);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(SchemaError);
  expect(refusal).toMatchObject({
    message: `the foreign key post_author_fkey of table post would be left between ${columns}`,
    hint: 'drop it before, with m.dropConstraint("post", "post_author_fkey"), alter the columns on both sides, and add it again with m.addConstraint',
  });
});

test("a constraint that changes when it is checked is dropped and added", () => {
  const constraint = (deferrable?: "deferred") => {
    const unique = m.addConstraint("post", {
      unique: ["author"],
      ...(deferrable === undefined ? {} : { deferrable }),
    });
    return applyOperation(unique, hand);
  };
  const { operations } = diffSchemas(constraint(), constraint("deferred"));
  expect(operations.map(describeOperation)).toEqual([
    "drop constraint post_author_key of post",
    "add constraint post_author_key to post",
  ]);
});
