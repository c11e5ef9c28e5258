import { UsageError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import type { Schema } from "../schema/schema.ts";
import type { Rename } from "./renames.ts";

/**
 * Reads renames as they are given on the command line: `article=post` for a table or an enum, `post.body=post.content`
 * for a column (old table and column, new table and column), `status.draft=status.new` for a value of an enum.
 * @throws UsageError where a side names nothing that is known
 */
export function parseRenames(texts: readonly string[], from: Schema, to: Schema): Rename[] {
  // A column of a renamed table may stand under either name of it.
  const tables = new Map(texts.map((text) => text.split("=")).map(([old = "", fresh = ""]) => [fresh, old]));
  return texts.map((text) => parseRename(text, from, to, (name) => tables.get(name) ?? name));
}

function parseRename(text: string, from: Schema, to: Schema, oldName: (name: string) => string): Rename {
  const [old, fresh, ...more] = text.split("=");
  if (old === undefined || fresh === undefined || old === "" || fresh === "" || more.length > 0) {
    throw new UsageError(
      `--rename ${text} is not of the form old=new`,
      "as in --rename article=post or --rename post.body=post.content",
    );
  }
  if (from.tables.has(old) && to.tables.has(fresh)) return { kind: "table", from: old, to: fresh };
  if (from.enums.has(old) && to.enums.has(fresh)) return { kind: "enum", from: old, to: fresh };
  const columnsBefore = columnsOf(from);
  const columns = partsOf(old, (table) => columnsBefore(table) ?? columnsBefore(oldName(table)));
  const freshColumns = partsOf(fresh, columnsOf(to));
  if (columns !== undefined && freshColumns !== undefined) {
    return { kind: "column", table: freshColumns.of, from: columns.name, to: freshColumns.name };
  }
  const value = partsOf(old, valuesOf(from));
  const freshValue = partsOf(fresh, valuesOf(to));
  if (value !== undefined && freshValue !== undefined) {
    return { kind: "value", enum: freshValue.of, from: value.name, to: freshValue.name };
  }
  const isOldKnown =
    from.tables.has(old) || from.enums.has(old) || columns !== undefined || value !== undefined;
  const [side, name, known] = isOldKnown
    ? ["the models have", fresh, namesOf(to)]
    : ["the migrations have", old, namesOf(from)];
  throw new UsageError(`--rename ${text}: ${side} nothing called ${name}`, suggest(name, known));
}

type Members = (of: string) => readonly string[] | undefined;

function columnsOf(schema: Schema): Members {
  return (table) => schema.tables.get(table)?.columns.map(({ name }) => name);
}

function valuesOf(schema: Schema): Members {
  return (name) => schema.enums.get(name)?.values;
}

/** Takes `of.name` apart where there is such a member; either part may have dots in it. */
function partsOf(text: string, members: Members): { of: string; name: string } | undefined {
  for (let at = text.indexOf("."); at >= 0; at = text.indexOf(".", at + 1)) {
    const [of, name] = [text.slice(0, at), text.slice(at + 1)];
    if (members(of)?.includes(name)) return { of, name };
  }
  return undefined;
}

function namesOf(schema: Schema): string[] {
  return [...schema.tables.values()]
    .flatMap((table) => [table.name, ...table.columns.map(({ name }) => `${table.name}.${name}`)])
    .concat(
      [...schema.enums.values()].flatMap((type) => [
        type.name,
        ...type.values.map((value) => `${type.name}.${value}`),
      ]),
    );
}
