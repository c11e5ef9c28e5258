import { expect, test } from "bun:test";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { applyOperation } from "../../src/operations/handlers.ts";
import { optimize } from "../../src/operations/optimize.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import { type Schema, schemaOf, withViews } from "../../src/schema/schema.ts";
import { anySchema, schemaPair } from "../support/arbitraries.ts";
import { check, PROPERTY_TIMEOUT } from "../support/runs.ts";

test(
  "the difference of two schemas leads from one to the other, each operation fits, and then nothing differs",
  () =>
    check(schemaPair(), ({ from, to }) => {
      const { operations } = diffSchemas(from, to);
      const reached = operations.reduce((schema, operation) => applyOperation(operation, schema), from);
      expect(compareSchemas(reached, to)).toEqual([]);
      expect(diffSchemas(reached, to).operations).toEqual([]);
    }),
  PROPERTY_TIMEOUT,
);

test(
  "a schema does not differ from itself",
  () => check(anySchema(), (schema) => expect(diffSchemas(schema, schema).operations).toEqual([])),
  PROPERTY_TIMEOUT,
);

test(
  "the difference depends on nothing but the schemas, and has no operation too many",
  () =>
    check(schemaPair(), ({ from, to }) => {
      const { operations } = diffSchemas(from, to);
      expect(diffSchemas(rebuilt(from), rebuilt(to)).operations).toEqual(operations);
      expect(optimize(operations)).toEqual([...operations]);
    }),
  PROPERTY_TIMEOUT,
);

/** The same schema, put together in another order. */
function rebuilt(schema: Schema): Schema {
  return withViews(
    schemaOf(
      [...schema.tables.values()].toReversed(),
      [...schema.enums.values()].toReversed(),
      [...schema.namespaces.values()].toReversed(),
      schema.extensions,
    ),
    [...schema.views.values()].toReversed(),
    [...schema.triggers.values()].toReversed(),
  );
}
