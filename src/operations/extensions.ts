import { SchemaError } from "../errors.ts";
import { sortedNames } from "../schema/schema.ts";
import type { Handler } from "./handler.ts";
import type { CreateExtension, DropExtension } from "./types.ts";

/** True for a name that extensions have: it stands in a block of code as it is. */
export function isExtensionName(name: string): boolean {
  return /^\w[\w-]*$/.test(name);
}

export const createExtension: Handler<CreateExtension> = {
  apply({ name }, schema) {
    if (!isExtensionName(name)) {
      throw new SchemaError(
        `${JSON.stringify(name)} is no name of an extension`,
        'give it as CREATE EXTENSION does: m.createExtension("uuid-ossp")',
      );
    }
    if (schema.extensions.includes(name)) throw new SchemaError(`extension ${name} exists already`);
    return { ...schema, extensions: sortedNames([...schema.extensions, name]) };
  },
  invert: ({ name }) => ({ kind: "dropExtension", name }),
  describe: ({ name }) => `create extension ${name}`,
  // Whatever comes after may need it, in a text that nobody can read.
  touches: () => "everything",
  reduce: (operation, next) =>
    next.kind === "dropExtension" && next.name === operation.name ? [] : undefined,
};

export const dropExtension: Handler<DropExtension> = {
  apply({ name }, schema) {
    if (!schema.extensions.includes(name)) throw new SchemaError(`there is no extension ${name}`);
    return { ...schema, extensions: schema.extensions.filter((other) => other !== name) };
  },
  invert: ({ name }) => ({ kind: "createExtension", name }),
  describe: ({ name }) => `drop extension ${name}`,
  touches: () => "everything",
  reduce: (operation, next) =>
    next.kind === "createExtension" && next.name === operation.name ? [] : undefined,
};
