import { CheckFailedError } from "../errors.ts";
import { expectToRun } from "../much-to-do.ts";
import { enumKey } from "../operations/handler.ts";
import { applyOperation, touchedBy } from "../operations/handlers.ts";
import { readersOf, textsOfTrigger, textsOfView } from "../operations/readers.ts";
import type { Operation } from "../operations/types.ts";
import { type Schema, schemaOf, tablesByName, withViews } from "../schema/schema.ts";
import { foldName } from "../schema/sql-relations.ts";
import type { Table } from "../schema/table.ts";
import type { Trigger, View } from "../schema/view.ts";
import { databaseMessage, isForeignSql } from "./database-message.ts";
import { openMemory } from "./scratch.ts";
import { Verification } from "./verification.ts";

/** How many tables that refer to a changed one stand for all of them. */
const REFERRERS = 10;

/** How many operations are verified at once: enough for what belongs together, few enough to stay linear. */
const PART = 100;

export interface VerifyNewOptions {
  /** SQL that SQLite does not understand is no failure. */
  readonly lenient: boolean;
  /** Called with why the way back is refused where there are rows. */
  readonly onRefusedBack?: ((why: string) => void) | undefined;
}

/**
 * Verifies a migration before it is written, on a SQLite database that holds nothing but the tables around it. Returns
 * why it could not be told, undefined where it holds.
 * @throws CheckFailedError where it does not hold
 */
export async function verifyNew(
  name: string,
  operations: readonly Operation[],
  before: Schema,
  options: VerifyNewOptions,
): Promise<string | undefined> {
  expectToRun(operations.length);
  let schema = before;
  const parts = partsOf(operations);
  for (const [at, part] of parts.entries()) {
    const unknown = await verifyPart(name, part, schema, options);
    if (unknown !== undefined || at === parts.length - 1) return unknown;
    schema = part.reduce((state, operation) => applyOperation(operation, state), schema);
  }
  return undefined;
}

/**
 * The operations in parts that are verified one by one, each from the schema that the parts before it lead to: what SQLite
 * takes for a change grows with the tables that there are. All changes of one table, which may become one, stay together.
 */
function partsOf(operations: readonly Operation[]): (readonly Operation[])[] {
  const last = new Map<string, number>();
  for (const [at, operation] of operations.entries()) {
    const touched = touchedNames(operation);
    // Of hand-written SQL and code nobody knows what belongs together.
    if (touched === "everything") return [operations];
    // The first is what it changes, the others are what it needs.
    last.set(touched[0] ?? "", at);
  }
  const parts: Operation[][] = [];
  let part: Operation[] = [];
  let until = 0;
  for (const [at, operation] of operations.entries()) {
    part.push(operation);
    until = Math.max(until, last.get(touchedNames(operation)[0] ?? "") ?? at);
    if (at < until || part.length < PART) continue;
    parts.push(part);
    part = [];
  }
  return part.length === 0 ? parts : [...parts, part];
}

async function verifyPart(
  name: string,
  operations: readonly Operation[],
  before: Schema,
  { lenient, onRefusedBack }: VerifyNewOptions,
): Promise<string | undefined> {
  const surroundings = surroundingsOf(before, operations);
  const { connection, dialect } = await openMemory();
  try {
    const verification = new Verification({ connection, dialect });
    try {
      await verification.begin(surroundings);
    } catch (error) {
      // What is wrong is not the new migration.
      return databaseMessage(error);
    }
    const migration = { name, path: "", dependencies: [], operations, atomic: true };
    await verification.verify(migration, { isLast: true, onRefusedBack });
    return undefined;
  } catch (error) {
    const foreign =
      lenient &&
      isForeignSql(error) &&
      hasSqlOfTheUser([operations, tablesByName(surroundings), [...surroundings.views.values()]]);
    if (error instanceof CheckFailedError && !foreign) throw error;
    return databaseMessage(error);
  } finally {
    await connection.close();
  }
}

/** The part of a schema that operations touch, with the tables that these refer to and some that refer to them. */
function surroundingsOf(schema: Schema, operations: readonly Operation[]): Schema {
  const touched = new Set<string>();
  for (const operation of operations) {
    const names = touchedNames(operation);
    if (names === "everything") return schema;
    for (const name of names) touched.add(name);
  }
  const tables = tablesByName(schema);
  const usesEnum = ({ columns }: Table) =>
    columns.some(({ type }) => type.kind === "enum" && touched.has(enumKey(type.name)));
  // Most schemas have none.
  if (schema.enums.size > 0) for (const table of tables) if (usesEnum(table)) touched.add(table.name);
  const { views, triggers, read } = viewsAround(schema, touched);
  const near = new Set([...touched, ...read]);
  for (const table of tables) {
    if (touched.has(table.name)) for (const { references } of table.foreignKeys) near.add(references.table);
  }
  const refers = (table: Table) => table.foreignKeys.some(({ references }) => touched.has(references.table));
  for (const table of tables.filter((one) => !near.has(one.name) && refers(one)).slice(0, REFERRERS)) {
    near.add(table.name);
  }
  const chosen = tables
    .filter(({ name }) => near.has(name))
    .map((table) => ({
      ...table,
      foreignKeys: table.foreignKeys.filter(({ references }) => near.has(references.table)),
    }));
  const enums = new Set(
    chosen.flatMap(({ columns }) => columns.map(({ type }) => (type.kind === "enum" ? type.name : ""))),
  );
  const small = schemaOf(
    chosen,
    [...schema.enums.values()].filter(({ name }) => enums.has(name) || touched.has(enumKey(name))),
    schema.namespaces.values(),
    schema.extensions,
  );
  return withViews(small, views, triggers);
}

/** The views and triggers that use what is touched, with the views that they read, and the tables of them all. */
function viewsAround(schema: Schema, touched: ReadonlySet<string>) {
  const views = new Set<View>();
  const triggers = new Set<Trigger>();
  const read = new Set<string>();
  const waiting = [...touched].filter((name) => schema.tables.has(name) || schema.views.has(name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const view = schema.views.get(name);
    const readers = readersOf(schema, name);
    for (const each of [...readers.views, ...(view === undefined ? [] : [view])]) {
      if (views.has(each)) continue;
      views.add(each);
      waiting.push(each.name);
      // What it reads is needed, but nothing that reads that.
      for (const text of textsOfView(each)) for (const other of text.names) addRead(other);
    }
    for (const trigger of readers.triggers) {
      triggers.add(trigger);
      for (const other of [
        foldName(trigger.table),
        ...textsOfTrigger(trigger).flatMap(({ names }) => [...names]),
      ])
        addRead(other);
    }
  }
  return { views, triggers, read };

  function addRead(folded: string): void {
    for (const { name } of schema.tables.values()) if (foldName(name) === folded) read.add(name);
    for (const view of schema.views.values()) {
      if (foldName(view.name) !== folded || views.has(view)) continue;
      views.add(view);
      for (const text of textsOfView(view)) for (const other of text.names) addRead(other);
    }
  }
}

function touchedNames(operation: Operation): readonly string[] | "everything" {
  // A rename reaches all that refers to it, which is looked for here anyway.
  if (operation.kind === "createExtension" || operation.kind === "dropExtension") return [];
  if (operation.kind === "renameTable") return [operation.from];
  if (operation.kind === "renameColumn") return [operation.table];
  if (operation.kind === "renameEnum") return [enumKey(operation.from)];
  if (operation.kind === "renameEnumValue") return [enumKey(operation.name)];
  return touchedBy(operation);
}

/** True if there is SQL in it that somebody wrote, which may be for one database only. */
function hasSqlOfTheUser(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  return Object.entries(data).some(
    ([key, value]) =>
      /^(expression|using|where|sql|definition|query|when|sqlite|postgres)$/.test(key) ||
      hasSqlOfTheUser(value),
  );
}
