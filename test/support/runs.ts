import fc from "fast-check";

/**
 * How many random cases each property tries: 200, or YARA_PROPERTY_RUNS. A failure prints its seed and path; with
 * YARA_PROPERTY_SEED the same cases come again.
 */
export const RUNS = Number(process.env.YARA_PROPERTY_RUNS ?? 200);

/** The limit in milliseconds of a test of RUNS cases. */
export const PROPERTY_TIMEOUT = 60_000 + RUNS * 500;

/** The settings of every property. */
export const propertyOptions = {
  numRuns: RUNS,
  // Ends the search for a smaller counterexample before the test itself is ended.
  interruptAfterTimeLimit: PROPERTY_TIMEOUT - 20_000,
  markInterruptAsFailure: true,
  ...(process.env.YARA_PROPERTY_SEED === undefined ? {} : { seed: Number(process.env.YARA_PROPERTY_SEED) }),
};

/** Asserts a property that needs no database. */
export function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, holds), propertyOptions);
}
