import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  applyOperation,
  describeOperation,
  invertOperation,
  operationKinds,
} from "../../src/operations/handlers.ts";
import { optimize } from "../../src/operations/optimize.ts";
import type { Operation, OperationKind } from "../../src/operations/types.ts";
import { compareSchemas } from "../../src/schema/compare.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { anyHistory } from "../support/arbitraries.ts";
import { check, PROPERTY_TIMEOUT } from "../support/runs.ts";

const applyAll = (operations: readonly Operation[], schema: Schema): Schema =>
  operations.reduce((next, operation) => applyOperation(operation, next), schema);

describe("operations", () => {
  test(
    "the inverted operation takes the schema back",
    () =>
      check(anyHistory(), ({ schema, operations }) => {
        let before = schema;
        for (const operation of operations) {
          const after = applyOperation(operation, before);
          const inverted = invertOperation(operation, before);
          expect(inverted).toBeDefined();
          if (inverted === undefined) return;
          expect(compareSchemas(applyOperation(inverted, after), before)).toEqual([]);
          before = after;
        }
      }),
    PROPERTY_TIMEOUT,
  );

  test(
    "all inverted operations in reverse order take the schema back, and inverted again forward",
    () =>
      check(anyHistory(), ({ schema, operations }) => {
        const back: Operation[] = [];
        let state = schema;
        for (const operation of operations) {
          const inverted = invertOperation(operation, state);
          if (inverted === undefined) throw new Error(`cannot revert: ${describeOperation(operation)}`);
          back.unshift(inverted);
          state = applyOperation(operation, state);
        }
        const end = state;
        const forward: Operation[] = [];
        for (const operation of back) {
          const inverted = invertOperation(operation, state);
          if (inverted === undefined) throw new Error(`cannot revert: ${describeOperation(operation)}`);
          forward.unshift(inverted);
          state = applyOperation(operation, state);
        }
        expect(compareSchemas(state, schema)).toEqual([]);
        expect(compareSchemas(applyAll(forward, state), end)).toEqual([]);
      }),
    PROPERTY_TIMEOUT,
  );

  test(
    "an operation changes nothing of the schema that it is applied to",
    () =>
      check(anyHistory(), ({ schema, operations }) => {
        const snapshot = JSON.stringify([[...schema.tables.values()], [...schema.enums.entries()]]);
        applyAll(operations, schema);
        expect(JSON.stringify([[...schema.tables.values()], [...schema.enums.entries()]])).toBe(snapshot);
      }),
    PROPERTY_TIMEOUT,
  );

  test(
    "optimized operations come to the same, are never more, and stay as they are when optimized again",
    () =>
      check(anyHistory(), ({ schema, operations }) => {
        const optimized = optimize(operations);
        expect(compareSchemas(applyAll(optimized, schema), applyAll(operations, schema))).toEqual([]);
        expect(optimized.length).toBeLessThanOrEqual(operations.length);
        expect(optimize(optimized)).toEqual(optimized);
      }),
    PROPERTY_TIMEOUT,
  );

  test("the random histories hold every kind of operation", () => {
    const seen = new Map<OperationKind, number>();
    for (const { operations } of fc.sample(anyHistory(), { numRuns: 300, seed: 7 })) {
      for (const { kind } of operations) seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    expect([...seen.values()].filter((count) => count >= 5)).toHaveLength(operationKinds.length);
  });
});
