import { describe, expect, test } from "bun:test";
import { ModelError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { AnyModel } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { sql } from "../../src/schema/sql.ts";

const Room = defineModel(
  "IxRoom",
  {
    hotel: fields.int({ pk: true }),
    number: fields.char({ maxLength: 9, pk: true }),
    code: fields.int(),
    wing: fields.int(),
  },
  { constraints: [{ unique: ["code", "wing"] }, { unique: ["wing", "number"], deferrable: "deferred" }] },
);

const bookingFields = {
  title: fields.text(),
  roomHotel: fields.int({ null: true }),
  roomNumber: fields.char({ maxLength: 9, null: true }),
  guest: fields.foreignKey("IxGuest", { deferrable: "deferred" }),
};

const Guest = defineModel("IxGuest", { name: fields.text() });

function errorOf(run: () => unknown): ModelError {
  try {
    run();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const tableOf = (models: readonly AnyModel[], name: string) => schemaFromModels(models).tables.get(name);

test("indexes with all that they can have", () => {
  const Booking = defineModel("IxBooking", bookingFields, {
    indexes: [
      ["title", "-guest"],
      {
        fields: [
          { field: "title", order: "desc", nulls: "last", opclass: "text_pattern_ops" },
          { field: "guestId", nulls: "last" },
          { expression: sql("lower(title)"), order: "desc", nulls: "first" },
        ],
        where: { postgres: "title <> 'a'", sqlite: "title <> 'b'" },
        include: ["roomNumber"],
        unique: true,
      },
      { fields: ["roomHotel"], method: "brin", name: "hotels" },
    ],
  });
  expect(tableOf([Booking, Guest], "ix_booking")?.indexes).toEqual([
    { columns: ["title", { column: "guest_id", order: "desc" }], unique: false },
    {
      columns: [
        { column: "title", order: "desc", nulls: "last", opclass: "text_pattern_ops" },
        "guest_id",
        { expression: "lower(title)", order: "desc" },
      ],
      unique: true,
      where: { postgres: "title <> 'a'", sqlite: "title <> 'b'" },
      include: ["room_number"],
    },
    { columns: ["room_hotel"], unique: false, method: "brin", name: "hotels" },
  ]);
});

test("constraints with all that they can have", () => {
  const Booking = defineModel("IxBooking", bookingFields, {
    constraints: [
      { unique: ["title", "guest"], deferrable: "immediate", nullsNotDistinct: true },
      {
        foreignKey: ["roomHotel", "roomNumber"],
        references: { model: () => Room },
        onDelete: "setNull",
        deferrable: "immediate",
        name: "its_room",
      },
    ],
  });
  const table = tableOf([Booking, Guest, Room], "ix_booking");
  expect(table?.uniques).toEqual([
    { kind: "unique", columns: ["title", "guest_id"], deferrable: "immediate", nullsNotDistinct: true },
  ]);
  expect(table?.foreignKeys).toEqual([
    {
      kind: "foreignKey",
      columns: ["guest_id"],
      references: { table: "ix_guest", columns: ["id"] },
      onDelete: "noAction",
      onUpdate: "noAction",
      deferrable: "deferred",
    },
    {
      kind: "foreignKey",
      columns: ["room_hotel", "room_number"],
      references: { table: "ix_room", columns: ["hotel", "number"] },
      onDelete: "setNull",
      onUpdate: "noAction",
      deferrable: "immediate",
      name: "its_room",
    },
  ]);
});

describe("wrong indexes and constraints are refused", () => {
  const expression = { expression: "lower(title)" };
  const room = { model: "IxRoom" };
  test.each([
    [{ indexes: [["-titel"]] }, 'an index names the field "titel", which the model does not have'],
    [{ indexes: [["title", "-title"]] }, "an index names the field title twice"],
    [{ indexes: [[{}]] }, "a part of an index names a field or an expression, one of the two"],
    [{ indexes: [[{ ...expression, field: "title" }]] }, "a part of an index names a field or an expression"],
    [{ indexes: [[{ column: "title" }]] }, 'a part of an index: there is no "column"'],
    [{ indexes: [[{ expression: " " }]] }, "a part of an index: the expression is empty"],
    [
      { indexes: [[{ ...expression, order: "asc" }]] },
      'order of a part of an index is "asc", not one of desc',
    ],
    [
      { indexes: [[{ ...expression, nulls: 1 }]] },
      "nulls of a part of an index is 1, not one of first, last",
    ],
    [{ indexes: [[{ ...expression, opclass: "" }]] }, "opclass of a part of an index is empty"],
    [{ indexes: [{ fields: ["title"], where: "" }] }, "where of an index: the expression is empty"],
    [{ indexes: [{ fields: ["title"], include: ["x"] }] }, 'include of an index names the field "x"'],
    [
      { indexes: [{ fields: ["title"], method: "btree" }] },
      'the method of an index is "btree", not one of hash,',
    ],
    [{ indexes: [{ fields: ["title"], method: "gin", unique: true }] }, "an index is unique, which an index"],
    [{ indexes: [{ fields: ["-title"], method: "brin" }] }, "an index has an order, which an index of"],
    [
      { constraints: [{ unique: ["title"], deferrable: true }] },
      "deferrable of a constraint is true, not one of",
    ],
    [
      { constraints: [{ unique: ["title"], nullsNotDistinct: 1 }] },
      "nullsNotDistinct of a constraint is not",
    ],
    [{ constraints: [{ foreignKey: ["titel"], references: room }] }, 'a foreign key names the field "titel"'],
    [{ constraints: [{ foreignKey: ["title"] }] }, "references of a foreign key must be an object"],
    [{ constraints: [{ foreignKey: ["title"], references: {} }] }, "a foreign key needs the model"],
    [
      { constraints: [{ foreignKey: ["title"], references: { ...room, fields: [1] } }] },
      "are not names of fields",
    ],
    [
      { constraints: [{ foreignKey: ["title"], references: room, onDelete: "drop" }] },
      'onDelete of a foreign key is "drop"',
    ],
  ])("%j", (options, message) => {
    const loose: (name: string, shape: unknown, options: unknown) => AnyModel = defineModel as never;
    const error = errorOf(() => loose("IxBad", bookingFields, options));
    expect(error.message).toContain("model IxBad: ");
    expect(error.message).toContain(message);
  });

  test("deferrable of a relation", () => {
    const deferrable = "later" as "deferred";
    expect(errorOf(() => defineModel("IxBad", { a: fields.foreignKey("B", { deferrable }) })).message).toBe(
      'IxBad.a: deferrable must be "immediate" or "deferred"',
    );
  });

  test.each([
    [{ references: { model: "IxRom" } }, 'IxBad.roomHotel, roomNumber: there is no model "IxRom"'],
    [{ references: { model: "IxRoom", fields: ["hotel", "nr"] } }, 'the model IxRoom has no field "nr"'],
    [{ references: { model: "IxGuest" } }, "a foreign key of 2 fields cannot refer to 1 of IxGuest (id)"],
    [
      { references: { model: "IxRoom", fields: ["number", "hotel"] } },
      "roomHotel has another type than IxRoom.number",
    ],
    [
      { references: { model: "IxRoom" }, onDelete: "setDefault" as const },
      "setDefault needs dbDefault on the field roomHotel",
    ],
    [
      { references: { model: "IxRoom", fields: ["wing", "number"] } },
      'refers to wing, number of the table "ix_room", which is no key of it',
    ],
  ])("%j", (more, message) => {
    const model = defineModel("IxBad", bookingFields, {
      constraints: [{ foreignKey: ["roomHotel", "roomNumber"], ...more }],
    });
    expect(errorOf(() => schemaFromModels([model, Guest, Room])).message).toContain(message);
  });

  test("names of fields, by the compiler", () => {
    const wrong = [
      // @ts-expect-error no such field
      () => defineModel("IxBad", bookingFields, { indexes: [["-titel"]] }),
      // @ts-expect-error no such field
      () => defineModel("IxBad", bookingFields, { indexes: [{ fields: [{ field: "titel" }] }] }),
      // @ts-expect-error no such field
      () => defineModel("IxBad", bookingFields, { indexes: [{ fields: ["title"], include: ["x"] }] }),
      // @ts-expect-error no such method
      () => defineModel("IxBad", bookingFields, { indexes: [{ fields: ["title"], method: "btree" }] }),
      () =>
        defineModel("IxBad", bookingFields, {
          // @ts-expect-error no such field
          constraints: [{ foreignKey: ["titel"], references: { model: "IxRoom" } }],
        }),
    ];
    for (const each of wrong) expect(each).toThrow(ModelError);
  });
});
