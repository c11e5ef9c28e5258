import type { Operation, RenameColumn, RenameTable } from "../../operations/types.ts";
import type { SqlValue } from "../../schema/expression.ts";
import { shorten } from "../../schema/identifier.ts";
import { indexName } from "../../schema/naming.ts";
import { shortenTable } from "../../schema/qualified-name.ts";
import { EMPTY_SCHEMA, type Schema } from "../../schema/schema.ts";
import type { Check, Table } from "../../schema/table.ts";
import type { Change } from "../dialect.ts";
import { containsWord, mentionsColumn } from "./expression-text.ts";
import { normalizeExpression, normalizeTable, normalizeValue } from "./normalize.ts";
import { afterRename, checksAfterRename } from "./rename.ts";
import { sqlite } from "./renderer.ts";
import { storedIndexName } from "./stored-index-name.ts";
import type { ColumnChange, TableWork } from "./table-work.ts";

/** What is gathered for one table until it is flushed. */
interface Gathered {
  base: Table | undefined;
  readonly added: Map<string, SqlValue | undefined>;
  readonly altered: Map<string, ColumnChange>;
  readonly sources: Map<string, string>;
  readonly operations: number[];
  storedChecks: readonly Check[];
  /** Nothing but renames, which have run already: what is left is to make names agree. */
  onlyRenamed: boolean;
}

/**
 * Gathers operations by table until something needs the tables to be as they should be: hand-written SQL or code, a
 * rename, an expression that reads another table or a column that is itself gathered, a second change of one
 * column's values, or a name that an earlier operation sets free. The tables then come out in the order in which
 * they were first touched, each with everything that was gathered for it. Linear in the number of operations.
 */
export class Gatherer {
  readonly #tables = new Map<string, Gathered>();
  readonly #freed = new Set<string>();
  #schema: Schema = EMPTY_SCHEMA;

  /** True if `flush` must come before `add` for this change. */
  mustFlush({ operation }: Change): boolean {
    if (namesOf(operation).some((name) => this.#freed.has(name.toLowerCase()))) return true;
    // Its rows must be read as they are.
    if (operation.kind === "renameEnumValue") return this.#tables.size > 0;
    if (operation.kind !== "addColumn" && operation.kind !== "alterColumn") return false;
    const texts = expressionsOf(operation);
    if (texts.some((text) => containsWord(text, "select"))) return true;
    const gathered = this.#tables.get(operation.table);
    // A table without rows takes any number of changes at once.
    if (gathered?.base === undefined) return false;
    const changed = [...gathered.added.keys(), ...gathered.altered.keys()];
    const unreadable = [...changed, ...gathered.sources.keys()];
    if (operation.kind === "alterColumn" && changed.includes(shorten(operation.column.name))) return true;
    return unreadable.some((column) => texts.some((text) => mentionsColumn(text, column)));
  }

  /** Takes in an operation on one table, or an AlterEnum. */
  add(change: Change, position: number): void {
    const { operation, before, after } = change;
    this.#schema = after;
    switch (operation.kind) {
      case "createTable":
        this.#touch(operation.table.name, before, position);
        return;
      case "dropTable": {
        const { base } = this.#touch(operation.table, before, position);
        this.#free(operation.table, ...(base?.indexes ?? []).map(({ name = "" }) => name));
        return;
      }
      case "addColumn": {
        const fill = operation.fill === undefined ? undefined : normalizeValue(operation.fill);
        this.#touch(operation.table, before, position).added.set(shorten(operation.column.name), fill);
        return;
      }
      case "dropColumn": {
        const gathered = this.#touch(operation.table, before, position);
        gathered.added.delete(shorten(operation.column));
        gathered.altered.delete(shorten(operation.column));
        gathered.sources.delete(shorten(operation.column));
        return;
      }
      case "alterColumn": {
        const using = operation.using === undefined ? undefined : normalizeExpression(operation.using);
        const fill = operation.fill === undefined ? undefined : normalizeValue(operation.fill);
        const gathered = this.#touch(operation.table, before, position);
        gathered.altered.set(shorten(operation.column.name), { using, fill });
        return;
      }
      case "dropIndex":
        this.#free(storedIndexName(operation.table, operation.name));
        this.#touch(operation.table, before, position);
        return;
      case "renameIndex":
        this.#free(storedIndexName(operation.table, operation.from));
        this.#touch(operation.table, before, position);
        return;
      case "createIndex":
      case "addConstraint":
      case "dropConstraint":
        this.#touch(operation.table, before, position);
        return;
      case "renameEnumValue":
        for (const table of before.tables.values()) {
          for (const column of table.columns) {
            if (column.type.kind !== "enum" || column.type.name !== operation.name) continue;
            const name = shorten(column.name);
            const value = `${sqlite.quoteTable(table.name)}.${sqlite.quote(name)}`;
            const [from, to] = [sqlite.quoteText(operation.from), sqlite.quoteText(operation.to)];
            const using = `CASE ${value} WHEN ${from} THEN ${to} ELSE ${value} END`;
            this.#touch(table.name, before, position).altered.set(name, { using });
          }
        }
        return;
      case "alterEnum":
        for (const table of before.tables.values()) {
          const uses = table.columns.some(
            ({ type }) => type.kind === "enum" && type.name === operation.type.name,
          );
          if (uses) this.#touch(table.name, before, position);
        }
    }
  }

  /** True if the rename can run now: nothing is gathered but what earlier renames of the same table have left to do. */
  allowsRename(operation: RenameTable | RenameColumn): boolean {
    const renamed = operation.kind === "renameTable" ? operation.from : operation.table;
    return this.#tables.entries().every(([name, { onlyRenamed }]) => onlyRenamed && name === renamed);
  }

  /** Notes a rename whose statements run now. */
  addRename(operation: RenameTable | RenameColumn, { before, after }: Change, position: number): void {
    this.#schema = after;
    const name = operation.kind === "renameTable" ? operation.from : operation.table;
    const gathered = this.#touch(name, before, position);
    gathered.onlyRenamed = true;
    gathered.storedChecks = checksAfterRename(gathered.storedChecks, operation);
    if (gathered.base !== undefined) gathered.base = afterRename(gathered.base, operation);
    if (operation.kind === "renameTable") {
      this.#tables.delete(operation.from);
      this.#tables.set(operation.to, gathered);
    }
    this.#free(name, ...(gathered.base?.indexes ?? []).map((index) => index.name ?? ""));
  }

  /** Takes in the rename of a column that a rebuild has to do; whoever refers to the column is rebuilt as well. */
  addRebuiltRename(operation: RenameColumn, { before, after }: Change, position: number): void {
    this.#schema = after;
    this.#touch(operation.table, before, position).sources.set(
      shorten(operation.to),
      shorten(operation.from),
    );
    for (const table of before.tables.values()) {
      const refers = table.foreignKeys.some(
        ({ references }) =>
          references.table === operation.table && references.columns.includes(operation.from),
      );
      if (refers && table.name !== operation.table) this.#touch(table.name, before, position);
    }
  }

  /** What was gathered, and begins anew. */
  flush(): TableWork[] {
    const works = Array.from(this.#tables, ([name, { onlyRenamed: _, ...gathered }]): TableWork => {
      const table = this.#schema.tables.get(name);
      const target = table === undefined ? undefined : normalizeTable(table, this.#schema);
      return { ...gathered, target };
    });
    this.#tables.clear();
    this.#freed.clear();
    return works;
  }

  #touch(name: string, before: Schema, position: number): Gathered {
    let gathered = this.#tables.get(name);
    if (gathered === undefined) {
      const table = before.tables.get(name);
      const base = table === undefined ? undefined : normalizeTable(table, before);
      const [added, altered, sources] = [new Map(), new Map(), new Map()];
      const storedChecks = base?.checks ?? [];
      gathered = { base, storedChecks, added, altered, sources, operations: [], onlyRenamed: false };
      this.#tables.set(name, gathered);
    }
    gathered.onlyRenamed = false;
    gathered.operations.push(position);
    return gathered;
  }

  #free(...names: readonly string[]): void {
    for (const name of names) this.#freed.add(shortenTable(name).toLowerCase());
  }
}

/** The names of tables and indexes, which share one namespace on SQLite, that the operation takes. */
function namesOf(operation: Operation): string[] {
  switch (operation.kind) {
    case "createTable": {
      const { name, indexes } = operation.table;
      return [shortenTable(name), ...indexes.map((index) => storedIndexName(name, indexName(name, index)))];
    }
    case "createIndex":
      return [storedIndexName(operation.table, indexName(operation.table, operation.index))];
    case "renameIndex":
      return [storedIndexName(operation.table, operation.to)];
    default:
      return [];
  }
}

function expressionsOf(operation: Operation & { kind: "addColumn" | "alterColumn" }): string[] {
  const values = operation.kind === "alterColumn" ? [operation.using] : [];
  // The values of a column that becomes generated are compared with those that its expression gives.
  if (operation.kind === "alterColumn") values.push(operation.column.generated?.expression);
  const fill = operation.fill;
  if (fill !== undefined && "expression" in fill) values.push(fill.expression);
  return values.flatMap((value) => (value === undefined ? [] : [normalizeExpression(value)]));
}
