import type { ColumnType } from "../schema/column-type.ts";
import { type Difference, dataEqual } from "../schema/compare.ts";

/** Where a database and what is expected of it differ: it has something more, or less, or in another form. */
export interface FoundDifference {
  readonly mark: "+" | "-" | "~";
  /** For people: `table user, column age, nullable`. */
  readonly path: string;
  readonly found: unknown;
  readonly expected: unknown;
}

/** The differences between what was found (left) and expected (right), down to single properties. */
export function foundDifferences(differences: readonly Difference[]): FoundDifference[] {
  return differences.flatMap((difference): FoundDifference[] => {
    const { path, left, right } = difference;
    // The database is not only this schema's: others may have installed it for themselves.
    if (right === undefined && path.startsWith("extension ")) return [];
    if (right === undefined && isNamed(left)) return [{ mark: "+", path, found: left, expected: right }];
    if (left === undefined && isNamed(right)) return [{ mark: "-", path, found: left, expected: right }];
    return properties(difference).map((part) => ({
      mark: "~",
      path: part.path,
      found: part.left,
      expected: part.right,
    }));
  });
}

/** One line for people: the mark, the place, and what is there and what should be. */
export function describeFound({ mark, path, found, expected }: FoundDifference): string {
  if (mark !== "~") return `${mark} ${path}`;
  return `~ ${path}: ${describeValue(found)}, expected ${describeValue(expected)}`;
}

/** True for what stands on its own in a schema, which differs from a property by having a name. */
function isNamed(value: unknown): boolean {
  return typeof value === "object" && value !== null && "name" in value;
}

/** Of a constraint or an index, each property that differs. */
function properties(difference: Difference): Difference[] {
  const { path, left, right } = difference;
  if (!isObject(left) || !isObject(right) || !("columns" in left || "expression" in left))
    return [difference];
  if (!isNamed(left)) return [difference];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys
    .filter((key) => !dataEqual(left[key], right[key]))
    .map((key) => ({ path: `${path}, ${key}`, left: left[key], right: right[key] }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describeValue(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `(${value.map(describeValue).join(", ")})`;
  if (!isObject(value)) return String(value);
  if ("expression" in value && typeof value.expression === "string") return value.expression;
  if ("kind" in value) return describeType(value as ColumnType); // of single properties, only types have a kind
  return JSON.stringify(value);
}

function describeType(type: ColumnType): string {
  if (type.kind === "raw") return typeof type.type === "string" ? type.type : JSON.stringify(type.type);
  const { kind, ...rest } = type;
  const parameters = Object.values(rest);
  return parameters.length === 0 ? kind : `${kind}(${parameters.map(describeValue).join(", ")})`;
}
