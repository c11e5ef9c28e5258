import type { ElementType } from "../schema/column-type.ts";
import type { PortableValue, StoredValue, ValueCodec } from "./values.ts";

/**
 * A list in its portable form, JSON text: the elements are those of a literal, so bigints are digits, moments ISO
 * text, bytes hexadecimal.
 */
export function arrayText(elements: readonly PortableValue[]): string {
  return JSON.stringify(elements.map(jsonElement));
}

/** The list that JSON text holds, its elements read by their own codec. Throws RangeError for what is no list. */
export function parseArray(text: StoredValue, of: ElementType, element: ValueCodec): unknown[] {
  const list: unknown = JSON.parse(String(text));
  if (!Array.isArray(list)) throw new RangeError(`${String(text)} is no list`);
  return list.map((value) => {
    if (value === null) return null;
    return element.fromDatabase(of.kind === "binary" ? new Uint8Array(Buffer.from(value, "hex")) : value);
  });
}

function jsonElement(value: PortableValue): string | number | boolean {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}
