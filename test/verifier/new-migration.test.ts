import { expect, test } from "bun:test";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { verifyNew } from "../../src/verifier/new-migration.ts";
import { anyHistory, schemaPair } from "../support/arbitraries.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

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
