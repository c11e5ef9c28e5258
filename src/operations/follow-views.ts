import { SchemaError } from "../errors.ts";
import { dataEqual } from "../schema/compare.ts";
import type { Expression } from "../schema/expression.ts";
import { type Schema, withViews } from "../schema/schema.ts";
import { foldName, parseRelations, type RelationText, wordOf } from "../schema/sql-relations.ts";
import { mentionsText } from "../schema/sql-tokens.ts";
import { type Trigger, triggerTexts, type View, viewTexts } from "../schema/view.ts";
import {
  type ColumnOf,
  columnMentions,
  columnOf,
  type Mentions,
  type Reader,
  relationMentions,
  renamedAt,
} from "./mentions.ts";
import { textsOfTrigger, textsOfView } from "./readers.ts";
import type { Operation } from "./types.ts";
import { dropping } from "./views.ts";

/**
 * The schema after an operation with the definitions of views and triggers as they follow from it. They follow a
 * rename where tokens tell what they name.
 * @throws SchemaError where the operation takes away what one of them uses, or where it is not clear what one means
 */
export function followViews(operation: Operation, before: Schema, after: Schema): Schema {
  if (before.views.size === 0 && before.triggers.size === 0) return after;
  switch (operation.kind) {
    case "createTable":
      if (!before.views.has(operation.table.name)) return after;
      throw new SchemaError(`table ${operation.table.name} has the name of a view`);
    case "dropTable":
      refuseDroppedTable(operation.table, before);
      return after;
    case "renameTable":
      return renameTable(operation, before, after);
    case "addColumn": {
      const { table, column } = operation;
      // With the column in place, a name that meant something else may mean it.
      const target = columnOf(after, table, column.name);
      for (const reader of readers(before, target)) {
        if (isNone(columnMentions(reader, target, after))) continue;
        throw new SchemaError(
          `${reader.what} names ${column.name}, which would be a column of ${table} as well`,
          around(reader),
        );
      }
      return after;
    }
    case "dropColumn": {
      const { table, column } = operation;
      const target = columnOf(before, table, column);
      for (const reader of readers(before, target)) {
        if (!usesColumn(reader, target, before)) continue;
        throw new SchemaError(
          `column ${table}.${column} cannot be dropped: ${reader.what} uses it`,
          `drop it first: ${reader.drop}`,
        );
      }
      return after;
    }
    case "renameColumn":
      return renameColumn(operation, before, after);
    case "renameEnum":
      return mapTexts(before, after, (text) =>
        renamedAt(text, typePlaces(parseRelations(text), operation.from), operation.to),
      );
    case "renameEnumValue": {
      const { name, from, to } = operation;
      const users = [...before.tables.values()].filter(({ columns }) =>
        columns.some(({ type }) => type.kind === "enum" && type.name === name),
      );
      const names = new Set(Array.from(users, (table) => foldName(table.name)));
      for (const reader of allReaders(before)) {
        const reads =
          [...reader.text.names].some((one) => names.has(one)) || names.has(foldName(reader.rows ?? ""));
        const value = [from, to].find((one) => mentionsText(reader.sql, one));
        if (!reads || value === undefined) continue;
        throw new SchemaError(`${reader.what} names the value ${JSON.stringify(value)}`, around(reader));
      }
      return after;
    }
    default:
      return after;
  }
}

/** A view or a trigger with one of its texts. */
interface NamedReader extends Reader {
  readonly sql: string;
  readonly what: string;
  /** The call that drops it. */
  readonly drop: string;
  readonly columns: readonly string[];
}

function allReaders(schema: Schema): NamedReader[] {
  return [
    ...Array.from(schema.views.values(), readersOfView).flat(),
    ...Array.from(schema.triggers.values(), readersOfTrigger).flat(),
  ];
}

function readersOfView(view: View): NamedReader[] {
  const drop = `m.dropView(${JSON.stringify(view.name)})`;
  const texts = textsOfView(view);
  return viewTexts(view).map((sql, at) => ({
    sql,
    text: texts[at] ?? parseRelations(sql),
    what: `view ${view.name}`,
    drop,
    columns: [],
  }));
}

function readersOfTrigger(trigger: Trigger): NamedReader[] {
  // Without any text it may still name columns.
  const texts = textsOfTrigger(trigger);
  return ["", ...triggerTexts(trigger)].map((sql, at) => ({
    sql,
    text: texts[at - 1] ?? parseRelations(sql),
    rows: trigger.table,
    what: `trigger ${trigger.name} of ${trigger.table}`,
    drop: dropping(trigger),
    columns: trigger.columns ?? [],
  }));
}

/** The readers of the table, or of a view that carries its column on. */
function readers(schema: Schema, { table, carriers }: ColumnOf): NamedReader[] {
  const names = [foldName(table), ...carriers];
  return allReaders(schema).filter(
    ({ text, rows }) =>
      rows === table || names.some((name) => text.names.has(name) || foldName(rows ?? "") === name),
  );
}

function usesColumn(reader: NamedReader, target: ColumnOf, schema: Schema): boolean {
  if (reader.rows === target.table && reader.columns.includes(target.column)) return true;
  return !isNone(columnMentions(reader, target, schema));
}

function refuseDroppedTable(table: string, before: Schema): void {
  const own = [...before.triggers.values()].find((trigger) => trigger.table === table);
  if (own !== undefined) {
    throw new SchemaError(
      `table ${table} cannot be dropped: it has the trigger ${own.name}`,
      `drop it first: ${dropping(own)}`,
    );
  }
  const reader = allReaders(before).find(({ text }) => text.names.has(foldName(table)));
  if (reader === undefined) return;
  throw new SchemaError(
    `table ${table} cannot be dropped: ${reader.what} uses it`,
    `drop it first: ${reader.drop}`,
  );
}

function renameTable(
  { from, to }: Operation & { kind: "renameTable" },
  before: Schema,
  after: Schema,
): Schema {
  if (before.views.has(to)) throw new SchemaError(`table ${to} has the name of a view`);
  const next = renameIn(before, after, `table ${from}`, to, {
    find: (reader) => relationMentions(reader, from, before),
    again: (reader) => relationMentions(reader, to, after),
  });
  const triggers = Array.from(next.triggers.values(), (trigger) =>
    trigger.table === from ? { ...trigger, table: to } : trigger,
  );
  return withViews(next, next.views.values(), triggers);
}

function renameColumn(
  { table, from, to }: Operation & { kind: "renameColumn" },
  before: Schema,
  after: Schema,
): Schema {
  const [target, renamed] = [columnOf(before, table, from), columnOf(after, table, to)];
  const next = renameIn(before, after, `column ${table}.${from}`, to, {
    find: (reader) => columnMentions(reader, target, before),
    again: (reader) => columnMentions(reader, renamed, after),
  });
  const triggers = Array.from(next.triggers.values(), (trigger) =>
    trigger.table === table && trigger.columns?.includes(from)
      ? { ...trigger, columns: trigger.columns.map((name) => (name === from ? to : name)) }
      : trigger,
  );
  return withViews(next, next.views.values(), triggers);
}

/** Renames what `find` finds; what has the new name already must not be found by `again`, or nothing leads back. */
function renameIn(
  before: Schema,
  after: Schema,
  what: string,
  to: string,
  { find, again }: Record<"find" | "again", (reader: Reader) => Mentions>,
): Schema {
  const renamed = new Map<string, string>();
  for (const reader of allReaders(before)) {
    const { sql, rows } = reader;
    const found = find(reader);
    const text = found === "unclear" ? sql : renamedAt(sql, found, to);
    const isClear = found !== "unclear" && dataEqual(again({ ...reader, text: parseRelations(text) }), found);
    if (!isClear) throw unclear(reader, what);
    renamed.set(keyOf(sql, rows), text);
  }
  return mapTexts(before, after, (sql, rows) => renamed.get(keyOf(sql, rows)) ?? sql);
}

/** In another trigger the same text may mean something else. */
function keyOf(sql: string, rows: string | undefined): string {
  return JSON.stringify([sql, rows]);
}

/** The places where the name is that of a type: `x::name`, `CAST(x AS name)`. */
function typePlaces({ tokens }: RelationText, name: string): number[] {
  return tokens.flatMap((token, position) => {
    if (token.name === undefined || foldName(token.name) !== foldName(name)) return [];
    const [previous, next] = [tokens[position - 1], tokens[position + 1]];
    const isCast = previous?.text === ":" || (wordOf(previous) === "as" && next?.text === ")");
    return isCast ? [token.at] : [];
  });
}

/** The schema with the texts of views and triggers changed; those that stay the same stay the very same. */
function mapTexts(
  before: Schema,
  after: Schema,
  change: (text: string, rows: string | undefined) => string,
): Schema {
  const mapped = (expression: Expression, rows?: string): Expression =>
    typeof expression === "string"
      ? change(expression, rows)
      : { postgres: change(expression.postgres, rows), sqlite: change(expression.sqlite, rows) };
  const views = Array.from(before.views.values(), (view) =>
    same(view, { ...view, definition: mapped(view.definition) }),
  );
  const triggers = Array.from(before.triggers.values(), (trigger): Trigger => {
    const { when, postgres, sqlite, table } = trigger;
    return same(trigger, {
      ...trigger,
      ...(when === undefined ? {} : { when: mapped(when, table) }),
      ...(typeof postgres === "string" ? { postgres: change(postgres, table) } : {}),
      ...(sqlite === undefined ? {} : { sqlite: change(sqlite, table) }),
    });
  });
  return withViews(after, views, triggers);
}

function same<T>(before: T, after: T): T {
  return dataEqual(before, after) ? before : after;
}

function isNone(mentions: Mentions): boolean {
  return mentions !== "unclear" && mentions.length === 0;
}

function unclear(reader: NamedReader, what: string): SchemaError {
  return new SchemaError(
    `${what} cannot be renamed: what ${reader.what} means by its names is not clear`,
    around(reader),
  );
}

function around({ drop }: NamedReader): string {
  const create = drop.replace(/^m\.drop(View|Trigger).*/s, "m.create$1");
  return `drop it before, with ${drop}, and create it again after, with ${create}`;
}
