import fc from "fast-check";

const { YARA_PROPERTY_RUNS: runs, YARA_PROPERTY_SEED: seed } = process.env;

/** How many random cases each property tries: 1,000, or YARA_PROPERTY_RUNS. */
export const RUNS = Number(runs ?? 1_000);

/**
 * Without wishes the cases are the same everywhere, so that a change is judged by itself and not by chance.
 * YARA_PROPERTY_RUNS tries others each time; a failure prints its seed and path, and YARA_PROPERTY_SEED brings them back.
 */
const SEED = seed === undefined ? (runs === undefined ? 20_261_123 : undefined) : Number(seed);

/** The limit in milliseconds of a test of RUNS cases; a timer counts no further than 2^31 - 1. */
export const PROPERTY_TIMEOUT = Math.min(120_000 + RUNS * 2_000, 2 ** 31 - 1);

/** The settings of every property. */
export const propertyOptions = {
  numRuns: RUNS,
  // Ends the search for a smaller counterexample before the test itself is ended.
  interruptAfterTimeLimit: PROPERTY_TIMEOUT - 20_000,
  markInterruptAsFailure: true,
  ...(SEED === undefined ? {} : { seed: SEED }),
};

/** Asserts a property that needs no database. */
export function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, holds), propertyOptions);
}

/** Asserts a property whose cases are awaited. */
export async function checkAsync<T>(
  arbitrary: fc.Arbitrary<T>,
  holds: (value: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, holds), propertyOptions);
}
