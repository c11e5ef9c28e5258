import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

type Json = Readonly<Record<string, unknown>>;

/** The published schema of what `--json` prints. */
export const outputSchema: Json = JSON.parse(
  readFileSync(join(import.meta.dir, "../../docs/json-output.schema.json"), "utf8"),
);

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const validate = ajv.compile(closed(outputSchema));

/** True for a command line whose standard output is what --json makes of it. */
export function printsJson(command: string): boolean {
  return /^yara-orm [^|>]*--json(?= |$)[^|>]*$/.test(command);
}

/** Fails unless the text is one object of the schema, and holds nothing that the schema does not tell of. */
export function expectJsonOutput(stdout: string): void {
  const data: unknown = JSON.parse(stdout);
  if (validate(data)) return;
  const problems = ajv.errorsText(validate.errors, { separator: "\n" });
  expect(`${stdout}\n${problems}`).toBe("an object of docs/json-output.schema.json");
}

/** The schema with an end to every object: readers have to bear keys that come later, but none is to be forgotten. */
function closed(schema: Json): Json {
  const { $defs, else: success, ...rest } = schema as unknown as OutputSchema;
  // These share their object with the keys that all have.
  const outputs = new Set(["failure", ...success.oneOf.map(({ $ref }) => $ref.slice("#/$defs/".length))]);
  const parts = Object.entries($defs).map(([name, part]) => [
    name,
    outputs.has(name) ? { ...part, properties: mapped(part.properties) } : withEnd(part),
  ]);
  return { ...rest, else: success, $defs: Object.fromEntries(parts), unevaluatedProperties: false };
}

interface OutputSchema extends Json {
  readonly $defs: Readonly<Record<string, Json>>;
  readonly else: { readonly oneOf: readonly { readonly $ref: string }[] };
}

function withEnd(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const { properties, items, ...rest }: Json = { ...schema };
  return {
    ...rest,
    ...(items === undefined ? {} : { items: withEnd(items) }),
    ...(properties === undefined
      ? {}
      : { additionalProperties: false, ...rest, properties: mapped(properties) }),
  };
}

function mapped(properties: unknown): Json {
  return Object.fromEntries(Object.entries(properties ?? {}).map(([name, part]) => [name, withEnd(part)]));
}
