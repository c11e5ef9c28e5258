import { diffSchemas } from "../../../src/autodetector/diff.ts";
import type { Connection } from "../../../src/connection/connection.ts";
import { defineModel } from "../../../src/models/define-model.ts";
import { fields } from "../../../src/models/fields.ts";
import type { AnyModel } from "../../../src/models/model.ts";
import { runWithConnection } from "../../../src/models/objects/session.ts";
import { schemaFromModels } from "../../../src/models/to-schema.ts";
import { EMPTY_SCHEMA } from "../../../src/schema/schema.ts";
import { changesOf, migrate } from "../../support/migrating.ts";

export const Author = defineModel(
  "ObjectsAuthor",
  {
    name: fields.char({ maxLength: 100 }),
    email: fields.char({ maxLength: 255, unique: true }),
    age: fields.int({ null: true }),
    bio: fields.text({ null: true }),
    active: fields.boolean({ default: true }),
    rank: fields.int({ dbDefault: 7 }),
  },
  { table: "authors" },
);

export const Book = defineModel(
  "ObjectsBook",
  {
    title: fields.char({ maxLength: 200 }),
    author: fields.foreignKey(() => Author, { onDelete: "cascade" }),
    editor: fields.foreignKey(() => Author, { null: true }),
  },
  { table: "books", schema: "library", ordering: ["-title"] },
);

export const Everything = defineModel("ObjectsEverything", {
  small: fields.smallInt({ null: true }),
  int: fields.int({ null: true }),
  big: fields.bigInt({ null: true }),
  float: fields.float({ null: true }),
  price: fields.decimal({ maxDigits: 10, decimalPlaces: 2, null: true }),
  wide: fields.decimal({ maxDigits: 30, decimalPlaces: 4, null: true }),
  char: fields.char({ maxLength: 5, null: true }),
  text: fields.text({ null: true }),
  binary: fields.binary({ null: true }),
  boolean: fields.boolean({ null: true }),
  datetime: fields.datetime({ null: true }),
  date: fields.date({ null: true }),
  time: fields.time({ null: true }),
  duration: fields.duration({ null: true }),
  uuid: fields.uuid({ null: true }),
  json: fields.json({ null: true }),
  mood: fields.enum({ values: ["sad", "ok", "happy"], null: true }),
});

export const Settings = defineModel("ObjectsSettings", {
  key: fields.uuid({ pk: true, default: () => crypto.randomUUID() }),
  data: fields.json(),
  createdAt: fields.datetime({ autoNowAdd: true }),
  changedAt: fields.datetime({ autoNow: true }),
  day: fields.date({ default: "2026-01-31" }),
});

export const Seat = defineModel("ObjectsSeat", {
  line: fields.char({ maxLength: 2, pk: true }),
  number: fields.int({ pk: true }),
  taken: fields.boolean({ default: false }),
});

/** Creates the tables of these models. */
export async function createTables(connection: Connection, models: readonly AnyModel[]): Promise<void> {
  const { operations } = diffSchemas(EMPTY_SCHEMA, schemaFromModels(models));
  await migrate(connection, changesOf(operations, EMPTY_SCHEMA));
}

/** A test with the tables of these models, whose `objects` use the connection. */
export async function withTables(
  db: { create(): Promise<{ readonly connection: Connection }> },
  models: readonly AnyModel[],
  run: (connection: Connection) => Promise<void>,
): Promise<void> {
  const { connection } = await db.create();
  await createTables(connection, models);
  await runWithConnection(connection, () => run(connection));
}
