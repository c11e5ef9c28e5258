import { UsageError } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { whatIs } from "./shown.ts";

/** Looks at a value at a place (`table.columns[0]`). Returns what is wrong with it first, in words, or undefined. */
export type Shape = (value: unknown, at: string) => string | undefined;

/** A name; whether it is a good one, the operation says. */
export const name: Shape = (value, at) =>
  typeof value === "string" ? undefined : `${at} is ${whatIs(value)}, not a name`;

export const text: Shape = (value, at) =>
  typeof value === "string" ? undefined : `${at} is ${whatIs(value)}, not text`;

export const flag: Shape = (value, at) =>
  typeof value === "boolean" ? undefined : `${at} is ${whatIs(value)}, neither true nor false`;

/** A whole number from `least` on. */
export function integer(least: number): Shape {
  return (value, at) =>
    Number.isSafeInteger(value) && Number(value) >= least
      ? undefined
      : `${at} is ${whatIs(value)}, not a whole number from ${least}`;
}

/** What is told by a look at it; `what` says what it is in words. */
export function only(what: string, fits: (value: unknown) => boolean): Shape {
  return (value, at) => (fits(value) ? undefined : `${at} is ${whatIs(value)}, not ${what}`);
}

export const code: Shape = (value, at) =>
  typeof value === "function" ? undefined : `${at} is ${whatIs(value)}, not a function`;

/** What JSON can say, and bigint. */
export const data: Shape = (value, at) => dataProblem(value, at, []);

export function list(of: Shape): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is ${whatIs(value)}, not an array`;
    for (let index = 0; index < value.length; index += 1) {
      const problem = of(value[index], `${at}[${index}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** One of these words. */
export function word(...words: readonly (string | true)[]): Shape {
  return (value, at) =>
    words.some((known) => known === value)
      ? undefined
      : `${at} is ${whatIs(value)}, not one of ${words.join(", ")}`;
}

/** An object with these keys; those of `optional` may be left out, and there are no others. */
export function object(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const shapes = new Map(Object.entries({ ...required, ...optional }));
  const needed = Object.keys(required);
  // Each operation of each file comes through here, mostly once: no closures and iterators for a single look.
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return `${at} is ${whatIs(value)}, not an object`;
    const given = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(given);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] ?? "";
      const part = given[key];
      if (part === undefined) continue;
      const shape = shapes.get(key);
      if (shape === undefined) return unknownKey(at, key, shapes.keys());
      const problem = shape(part, partOf(at, key));
      if (problem !== undefined) return problem;
    }
    for (let index = 0; index < needed.length; index += 1) {
      const key = needed[index] ?? "";
      // Only its own properties count.
      if (Object.hasOwn(given, key) && given[key] !== undefined) continue;
      const problem = shapes.get(key)?.(undefined, partOf(at, key));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function partOf(at: string, key: string): string {
  return at === "" ? key : `${at}.${key}`;
}

/** An object with the options of that type, all of which may be left out: none of them can be forgotten here. */
export function options<T>(shapes: Readonly<Record<keyof T, Shape>>): Shape {
  return object({}, shapes);
}

/** Refuses what a caller without types has given to a function. @throws UsageError naming function and argument */
export function requireArguments<Name extends string>(
  called: string,
  shapes: Readonly<Record<Name, Shape>>,
  given: Readonly<Record<Name, unknown>>,
): void {
  for (const name in shapes) {
    const problem = shapes[name](given[name], name);
    if (problem !== undefined) throw new UsageError(`${called}: ${problem}`);
  }
}

/** Objects of several kinds, told apart by their `kind`. */
export function kinds(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    const kind: unknown =
      typeof value === "object" && value !== null ? Reflect.get(value, "kind") : undefined;
    const shape = typeof kind === "string" && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
    if (shape === undefined) return word(...Object.keys(shapes))(kind, partOf(at, "kind"));
    return shape(value, at);
  };
}

/** One of two shapes: the first for text, the second for anything else. */
export function textOr(first: Shape, other: Shape): Shape {
  return (value, at) => (typeof value === "string" ? first(value, at) : other(value, at));
}

/** `it has no "nul": did you mean null?` */
export function unknownKey(at: string, key: string, known: Iterable<string>): string {
  const names = [...known].filter((one) => one !== "kind");
  const close = nearest(key, names);
  const hint = close === undefined ? `it has ${names.join(", ")}` : `did you mean ${close}?`;
  return `${at === "" ? "it" : at} has no ${JSON.stringify(key)}: ${hint}`;
}

function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function dataProblem(value: unknown, at: string, around: readonly object[]): string | undefined {
  if (typeof value !== "object" || value === null) {
    const plain = ["string", "number", "boolean", "bigint"].includes(typeof value) || value === null;
    return plain ? undefined : `${at} is ${whatIs(value)}, not a value`;
  }
  if (around.includes(value)) return `${at} contains itself`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain) return `${at} is an object of the class ${value.constructor?.name}, not plain data`;
  return firstProblem(
    Object.entries(value).map(([key, part]) => () => {
      if (part === undefined && !Array.isArray(value)) return undefined;
      return dataProblem(part, Array.isArray(value) ? `${at}[${key}]` : `${at}.${key}`, [...around, value]);
    }),
  );
}
