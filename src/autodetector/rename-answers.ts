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
  const tables = new Map(texts.flatMap(sidesOf).map(([old, fresh]) => [fresh, old]));
  const renames = texts.flatMap((text) => parseRename(text, from, to, tables));
  const added = [...new Set(addedTexts)].flatMap((text) => parseAdded(text, from, to));
  for (const one of added) {
    const rename = renames.find((candidate) => isOf(candidate, one));
    if (rename === undefined) continue;
    throw new UsageError(
      `the ${one.kind} ${one.added} is said to be new, and to have been ${rename.from}`,
      "give one answer",
    );
  }
  return { renames, added };
}

function parseRename(
  text: string,
  from: Schema,
  to: Schema,
  renamedTables: ReadonlyMap<string, string>,
): Rename[] {
  const sides = sidesOf(text);
  const [first] = sides;
  if (first === undefined) {
    throw new UsageError(
      `--rename ${text} is not of the form old=new`,
      "as in --rename article=post or --rename post.body=post.content",
    );
  }
  // A column of a renamed table may stand under either name of it.
  const before: Members = {
    column: (table, name) =>
      [table, renamedTables.get(table)].some((either) => hasColumn(from, either, name)),
    value: (type, name) => hasValue(from, type, name),
  };
  const olds = (old: string) => namedBy(old, from, before);
  for (const [old, fresh] of sides) {
    const freshs = namedBy(fresh, to, membersOf(to));
    const fitting = olds(old).flatMap(({ kind, name }) => {
      const after = freshs.find((candidate) => candidate.kind === kind);
      return after === undefined ? [] : [renameFrom(name, after)];
    });
    const [kept, known] = [kindsOf(old, to), kindsOf(fresh, from)];
    const chosen = likeliest(fitting, ({ kind }) => !kept.includes(kind) && !known.includes(kind));
    if (chosen.length > 0) return chosen;
    // What follows from other renames (a join table, an enum) is not known yet: whoever carries them out looks again.
    for (const after of freshs) {
      const { of = "" } = after;
      const mayFollow = after.kind === "column" ? !from.tables.has(of) : !from.enums.has(of);
      const isKnown = of === "" || renamedTables.has(of) || !mayFollow;
      if (!isKnown && old.startsWith(`${of}.`)) return [renameFrom(old.slice(of.length + 1), after)];
    }
  }
  const [old, fresh] = sides.find(([side]) => olds(side).length > 0) ?? first;
  const [side, name, names] =
    olds(old).length > 0
      ? ["the models have", fresh, namesOf(to)]
      : ["the migrations have", old, namesOf(from)];
  throw new UsageError(`--rename ${text}: ${side} nothing called ${name}`, suggest(name, names));
}

function parseAdded(text: string, from: Schema, to: Schema): Added[] {
  const fitting = namedBy(text, to, membersOf(to)).flatMap(({ kind, of, name }): Added[] =>
    kind === "enum" ? [] : [{ kind, ...(of === undefined ? {} : { of }), added: name }],
  );
  const known = kindsOf(text, from);
  const chosen = likeliest(fitting, ({ kind }) => !known.includes(kind));
  if (chosen.length > 0) return chosen;
  throw new UsageError(`--new ${text}: the models have nothing called ${text}`, suggest(text, namesOf(to)));
}

/** A text may name a table in a schema as well as a column: what has changed is meant, else the first. */
function likeliest<T>(fitting: readonly T[], hasChanged: (one: T) => boolean): T[] {
  const changed = fitting.filter(hasChanged);
  return changed.length > 0 ? changed : fitting.slice(0, 1);
}

function kindsOf(text: string, schema: Schema): Named["kind"][] {
  return namedBy(text, schema, membersOf(schema)).map(({ kind }) => kind);
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
    column: (table, name) => hasColumn(schema, table, name),
    value: (type, name) => hasValue(schema, type, name),
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

function hasColumn(schema: Schema, table: string | undefined, name: string): boolean {
  return schema.tables.get(table ?? "")?.columns.some((column) => column.name === name) === true;
}

function hasValue(schema: Schema, type: string, name: string): boolean {
  return schema.enums.get(type)?.values.includes(name) === true;
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
