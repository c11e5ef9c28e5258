import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { defineModel, fields } from "../../src/index.ts";
import { runWithConnection } from "../../src/models/objects/session.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { describeDatabases } from "../support/databases.ts";
import { changesOf, migrate } from "../support/migrating.ts";
import { rejection } from "../support/rejection.ts";

const decimal = (maxDigits: number, decimalPlaces: number) =>
  defineModel("T", { id: fields.int({ pk: true }), d: fields.decimal({ maxDigits, decimalPlaces }) });
const before = {
  text: defineModel("T", { id: fields.int({ pk: true }), d: fields.text() }),
  uniqueText: defineModel("T", { id: fields.int({ pk: true }), d: fields.text({ unique: true }) }),
  int: defineModel("T", { id: fields.int({ pk: true }), d: fields.int() }),
  bigInt: defineModel("T", { id: fields.int({ pk: true }), d: fields.bigInt() }),
  float: defineModel("T", { id: fields.int({ pk: true }), d: fields.float() }),
};
const uniqueDecimal = defineModel("T", {
  id: fields.int({ pk: true }),
  d: fields.decimal({ maxDigits: 20, decimalPlaces: 2, unique: true }),
});

type Model = ReturnType<typeof decimal>;
type Old = Model | (typeof before)[keyof typeof before];

/** Three values in rising order, none of which is equal to another. */
const CASES: readonly (readonly [
  what: string,
  from: Old,
  given: readonly string[],
  to: Model,
  read: readonly string[],
])[] = [
  [
    "more places",
    decimal(20, 2),
    ["'-1.50'", "'1.50'", "'20.00'"],
    decimal(20, 4),
    ["-1.5000", "1.5000", "20.0000"],
  ],
  [
    "fewer places",
    decimal(20, 4),
    ["'-1.5000'", "'1.5000'", "'20.0000'"],
    decimal(20, 1),
    ["-1.5", "1.5", "20.0"],
  ],
  ["no places", decimal(20, 2), ["'-1.00'", "'0.00'", "'20.00'"], decimal(20, 0), ["-1", "0", "20"]],
  ["the first places", decimal(20, 0), ["'-1'", "'0'", "'20'"], decimal(20, 2), ["-1.00", "0.00", "20.00"]],
  [
    "more digits than a number has",
    decimal(10, 2),
    ["-1.5", "1.5", "20"],
    decimal(20, 4),
    ["-1.5000", "1.5000", "20.0000"],
  ],
  [
    "fewer digits",
    decimal(20, 4),
    ["'-1.5000'", "'1.5000'", "'20.0000'"],
    decimal(10, 2),
    ["-1.50", "1.50", "20.00"],
  ],
  ["text", before.text, ["'-1.5'", "' 1.500'", "'20'"], decimal(20, 2), ["-1.50", "1.50", "20.00"]],
  [
    "text with a signed zero",
    before.text,
    ["'-1'", "'-0.0'", "'20'"],
    decimal(20, 1),
    ["-1.0", "0.0", "20.0"],
  ],
  ["int", before.int, ["-1", "0", "20"], decimal(20, 2), ["-1.00", "0.00", "20.00"]],
  [
    "bigInt",
    before.bigInt,
    ["-9223372036854775808", "0", "9223372036854775807"],
    decimal(21, 2),
    ["-9223372036854775808.00", "0.00", "9223372036854775807.00"],
  ],
  ["float", before.float, ["-1.5", "-0.0", "20"], decimal(20, 2), ["-1.50", "0.00", "20.00"]],
];

describeDatabases("a column that becomes a decimal", (db) => {
  test.each(CASES)("from %s is found by its values", async (_, from, given, to, read) => {
    const { connection } = await db.create();
    const old = schemaFromModels([from]);
    await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, old).operations, EMPTY_SCHEMA));
    const rows = given.map((value, at) => `(${at}, ${value})`).join(", ");
    await connection.execute([`INSERT INTO t (id, d) VALUES ${rows}`]);
    await migrate(connection, changesOf(diffSchemas(old, schemaFromModels([to])).operations, old));
    await runWithConnection(connection, async () => {
      const { objects } = to;
      const ids = async (where: Parameters<typeof objects.filter>[0]) =>
        (await objects.filter(where).orderBy("id").values("id")).map(({ id }) => id);
      expect((await objects.orderBy("d").values("d")).map(({ d }) => d)).toEqual([...read]);
      for (const [at, d] of read.entries()) {
        expect(await ids({ d })).toEqual([at]);
        expect(await ids({ d: { in: [d, "77"] } })).toEqual([at]);
        expect(await ids({ d: { gte: d } })).toEqual([0, 1, 2].slice(at));
        expect(await ids({ d: { lte: d } })).toEqual([0, 1, 2].slice(0, at + 1));
      }
      // A number may be given in fewer places than the column has.
      const [, short = ""] = /^(.*?)\.?0*$/.exec(read[2]?.includes(".") ? read[2] : `${read[2]}.`) ?? [];
      expect(await ids({ d: short })).toEqual([2]);
    });
  });

  test("and is unique takes equal numbers for equal", async () => {
    const { connection } = await db.create();
    const old = schemaFromModels([before.uniqueText]);
    await migrate(connection, changesOf(diffSchemas(EMPTY_SCHEMA, old).operations, EMPTY_SCHEMA));
    await connection.execute(["INSERT INTO t (id, d) VALUES (1, '1.5'), (2, '1.50')"]);
    const changes = changesOf(diffSchemas(old, schemaFromModels([uniqueDecimal])).operations, old);
    expect((await rejection(migrate(connection, changes))).message).toMatch(/unique/i);
    await connection.execute(["DELETE FROM t WHERE id = 2"]);
    await migrate(connection, changes);
    const again = connection.execute(["INSERT INTO t (id, d) VALUES (3, '1.50')"]);
    expect((await rejection(again)).message).toMatch(/unique/i);
  });
});
