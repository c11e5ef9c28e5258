import { expect, test } from "bun:test";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { verifyNew } from "../../src/verifier/new-migration.ts";
import { anyHistory, schemaPair } from "../support/arbitraries.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";
import { failure } from "../support/temporary-folder.ts";

test(
  "every difference that is found between two schemas holds",
  async () => {
    const property = fc.asyncProperty(schemaPair({ executable: true }), async ({ from, to }) => {
      const { operations } = diffSchemas(from, to);
      expect(await verifyNew("0002_random", operations, from, { lenient: false })).toBeUndefined();
    });
    await fc.assert(property, propertyOptions);
  },
  PROPERTY_TIMEOUT,
);

test(
  "every operation that fits a schema holds, renames included",
  async () => {
    const property = fc.asyncProperty(anyHistory({ executable: true }), async ({ schema, operations }) => {
      expect(await verifyNew("0002_random", operations, schema, { lenient: false })).toBeUndefined();
    });
    await fc.assert(property, propertyOptions);
  },
  PROPERTY_TIMEOUT,
);

/** Many tables, each of which refers to the one before, and the first to the last: that key comes at the end. */
const many = [
  ...Array.from({ length: 120 }, (_, at) =>
    m.createTable(`t${at}`, {
      id: m.int({ pk: true }),
      parent_id: m.int({
        null: true,
        ...(at === 0 ? {} : { references: { table: `t${at - 1}`, column: "id" } }),
      }),
    }),
  ),
  m.addConstraint("t0", { foreignKey: ["parent_id"], references: { table: "t119", columns: ["id"] } }),
];

test("a migration of many tables is verified whole", async () => {
  expect(await verifyNew("0001_initial", many, EMPTY_SCHEMA, { lenient: false })).toBeUndefined();
  const wrong = m.createIndex("t110", ["parent_id"], { where: "nothing > 1" });
  const error = await failure(verifyNew("0001_initial", [...many, wrong], EMPTY_SCHEMA, { lenient: false }));
  expect(error.message).toContain("nothing");
});
