import { SchemaError } from "../errors.ts";
import { shorten } from "../schema/identifier.ts";
import { shortenTable } from "../schema/qualified-name.ts";

/** An identifier in quotes, as the database keeps it: by default shortened to 63 bytes. @throws SchemaError if it is empty or holds NUL */
export function quoteIdentifier(identifier: string, kept = shorten(identifier)): string {
  if (identifier === "")
    throw new SchemaError("an identifier is empty", "give every table and column a name");
  if (identifier.includes("\0")) {
    throw new SchemaError(
      `the identifier ${JSON.stringify(identifier)} contains a NUL character`,
      "rename it: no database can keep it",
    );
  }
  return `"${kept.replaceAll('"', '""')}"`;
}

/** The name of a table in quotes, where there are no schemas: theirs is a part of it. @throws SchemaError like `quoteIdentifier` */
export function quoteWholeTable(name: string): string {
  return quoteIdentifier(name, shortenTable(name));
}
