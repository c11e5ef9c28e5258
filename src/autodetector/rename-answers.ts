import { UsageError } from "../errors.ts";
import { suggest } from "../nearest.ts";
import type { Schema } from "../schema/schema.ts";
import type { RenameAnswers } from "./ask-renames.ts";
import type { Added, Rename } from "./renames.ts";

/**
 * Reads what was decided of names, as it is given on the command line. Renames: `article=post` for a table or an enum,
 * `post.body=post.content` for a column (old table and column, new table and column), `status.draft=status.new` for a
 * value of an enum. What is new: `post`, `post.content`, `status.new`.
 * @throws UsageError where a side names nothing that is known, or something is both new and renamed
 */
export function parseRenameAnswers(
  renameTexts: readonly string[],
  addedTexts: readonly string[],
  from: Schema,
  to: Schema,
): RenameAnswers {
  const texts = [...new Set(renameTexts)];
  const tables = new Map(texts.map((text) => text.split("=")).map(([old = "", fresh = ""]) => [fresh, old]));
  const renames = texts.map((text) => parseRename(text, from, to, tables));
  const added = [...new Set(addedTexts)].map((text) => {
    const parsed = parseAdded(text, to);
    const rename = renames.find((candidate) => isOf(candidate, parsed));
    if (rename === undefined) return parsed;
    throw new UsageError(`${text} is said to be new, and to have been ${rename.from}`, "give one answer");
  });
  return { renames, added };
}

function parseRename(
  text: string,
  from: Schema,
  to: Schema,
  renamedTables: ReadonlyMap<string, string>,
): Rename {
  const sides = sidesOf(text);
  const [first] = sides;
  if (first === undefined) {
    throw new UsageError(
      `--rename ${text} is not of the form old=new`,
      "as in --rename article=post or --rename post.body=post.content",
    );
  }
  // A column of a renamed table, or a value of a renamed enum, may stand under either name of it. What else is renamed
  // with them is not known yet; whoever carries the renames out looks again.
  const before: Members = {
    column: (table, name) =>
      hasColumn(from, table, name) ?? hasColumn(from, renamedTables.get(table), name) ?? to.tables.has(table),
    value: (type, name) => hasValue(from, type, name) ?? to.enums.has(type),
  };
  const olds = (old: string) => namedBy(old, from, before);
  for (const [old, fresh] of sides) {
    const freshs = namedBy(fresh, to, membersOf(to));
    for (const { kind, name } of olds(old)) {
      const after = freshs.find((candidate) => candidate.kind === kind);
      if (after !== undefined) return renameFrom(name, after);
    }
  }
  const [old, fresh] = sides.find(([side]) => olds(side).length > 0) ?? first;
  const [side, name, known] =
    olds(old).length > 0
      ? ["the models have", fresh, namesOf(to)]
      : ["the migrations have", old, namesOf(from)];
  throw new UsageError(`--rename ${text}: ${side} nothing called ${name}`, suggest(name, known));
}

function parseAdded(text: string, to: Schema): Added {
  for (const { kind, of, name } of namedBy(text, to, membersOf(to))) {
    if (kind !== "enum") return { kind, ...(of === undefined ? {} : { of }), added: name };
  }
  throw new UsageError(`--new ${text}: the models have nothing called ${text}`, suggest(text, namesOf(to)));
}

/** The ways to take `old=new` apart: a name may have an equals sign in it. */
function sidesOf(text: string): [old: string, fresh: string][] {
  return [...text.matchAll(/=/g)]
    .map(({ index }): [string, string] => [text.slice(0, index), text.slice(index + 1)])
    .filter(([old, fresh]) => old !== "" && fresh !== "");
}

interface Named {
  readonly kind: "table" | "enum" | "column" | "value";
  readonly of?: string;
  readonly name: string;
}

/** Whether a table has a column, an enum a value. */
interface Members {
  column(table: string, name: string): boolean;
  value(type: string, name: string): boolean;
}

function membersOf(schema: Schema): Members {
  return {
    column: (table, name) => hasColumn(schema, table, name) === true,
    value: (type, name) => hasValue(schema, type, name) === true,
  };
}

/** What a text may name in a schema. */
function namedBy(text: string, schema: Schema, { column, value }: Members): Named[] {
  const member = (kind: "column" | "value", has: Members["column"]) => {
    const parts = partsOf(text, has);
    return parts === undefined ? [] : [{ kind, ...parts }];
  };
  return [
    ...(schema.tables.has(text) ? [{ kind: "table", name: text } as const] : []),
    ...(schema.enums.has(text) ? [{ kind: "enum", name: text } as const] : []),
    ...member("column", column),
    ...member("value", value),
  ];
}

function renameFrom(from: string, { kind, of = "", name: to }: Named): Rename {
  switch (kind) {
    case "column":
      return { kind, table: of, from, to };
    case "value":
      return { kind, enum: of, from, to };
    default:
      return { kind, from, to };
  }
}

function isOf(rename: Rename, added: Added): boolean {
  const of = rename.kind === "column" ? rename.table : rename.kind === "value" ? rename.enum : undefined;
  return rename.kind === added.kind && of === added.of && rename.to === added.added;
}

/** Undefined where there is no such table. */
function hasColumn(schema: Schema, table: string | undefined, name: string): boolean | undefined {
  return schema.tables.get(table ?? "")?.columns.some((column) => column.name === name);
}

/** Undefined where there is no such enum. */
function hasValue(schema: Schema, type: string, name: string): boolean | undefined {
  return schema.enums.get(type)?.values.includes(name);
}

/** Takes `of.name` apart where there is such a member; either part may have dots in it. */
function partsOf(text: string, has: Members["column"]): { of: string; name: string } | undefined {
  for (let at = text.indexOf("."); at >= 0; at = text.indexOf(".", at + 1)) {
    const [of, name] = [text.slice(0, at), text.slice(at + 1)];
    if (has(of, name)) return { of, name };
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
