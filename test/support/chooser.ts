/**
 * Choices read from a tape of numbers. A short tape is followed by zeros, and zero is always the plainest choice, so
 * that shrinking the tape makes whatever was built from it plainer.
 */
export class Chooser {
  readonly #tape: readonly number[];
  #position = 0;

  constructor(tape: readonly number[]) {
    this.#tape = tape;
  }

  /** A number from 0 to `bound - 1`. */
  below(bound: number): number {
    const value = this.#tape[this.#position] ?? 0;
    this.#position += 1;
    return value % bound;
  }

  /** True in about that many of a hundred cases; false on an empty tape. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** One of the values; undefined where there is none. */
  pick<T>(values: readonly T[]): T | undefined {
    return values.length === 0 ? undefined : values[this.below(values.length)];
  }

  /** One of the values. */
  oneOf<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  /** Up to `most` of the values, in another order now and then; at least one where there is one. */
  some<T>(values: readonly T[], most: number): T[] {
    const left = [...values];
    const taken: T[] = [];
    const count = Math.min(left.length, 1 + this.below(most));
    while (taken.length < count) taken.push(...left.splice(this.below(left.length), 1));
    return taken;
  }
}
