import { UsageError } from "../errors.ts";
import type { Operation, OperationKind, OperationOf } from "../operations/types.ts";
import { constraintName, indexName } from "../schema/naming.ts";

const LABEL_LENGTH = 50;
const GIVEN_LENGTH = 100;

/**
 * The label of a migration that does this: `user_age`, `post_and_tag`, `remove_user_age`. Made of `a-z`, `0-9` and `_`
 * only, 50 characters at most; `auto` where the operations suggest nothing.
 */
export function labelFor(operations: readonly Operation[]): string {
  // What happens to a table that comes or goes in the same migration says nothing more.
  const whole = new Set<unknown>(operations.flatMap(wholeTable));
  const fragments = operations
    .filter((operation) => wholeTable(operation).length > 0 || !whole.has(tableOf(operation)))
    .map((operation) => slug(fragmentOf(operation)))
    .filter((fragment) => fragment !== "");
  return joined([...new Set(fragments)]);
}

/**
 * The label that a user gave, spaces turned into `_`. Throws UsageError where it could not be part of a file name:
 * letters, digits, `_` and `-` are allowed, 100 characters at most.
 */
export function checkLabel(given: string): string {
  const label = given.trim().replaceAll(" ", "_");
  if (/^[A-Za-z0-9_-]+$/.test(label) && label.length <= GIVEN_LENGTH) return label;
  const shown = JSON.stringify(given.length > GIVEN_LENGTH ? `${given.slice(0, 40)}...` : given);
  throw new UsageError(
    label === "" ? "the name of a migration is empty" : `${shown} cannot be the name of a migration`,
    `use letters, digits, "_" and "-", at most ${GIVEN_LENGTH} of them, as in add_age`,
  );
}

/** One row for each kind of operation; a missing one does not compile. */
const fragments: { readonly [K in OperationKind]: (operation: OperationOf<K>) => string } = {
  createTable: ({ table }) => table.name,
  dropTable: ({ table }) => `delete_${table}`,
  renameTable: ({ from, to }) => `rename_${from}_${to}`,
  addColumn: ({ table, column }) => `${table}_${column.name}`,
  dropColumn: ({ table, column }) => `remove_${table}_${column}`,
  alterColumn: ({ table, column }) => `alter_${table}_${column.name}`,
  renameColumn: ({ table, from, to }) => `rename_${table}_${from}_${to}`,
  createIndex: ({ table, index }) => indexName(table, index),
  dropIndex: ({ name }) => `remove_${name}`,
  renameIndex: ({ from, to }) => `rename_${from}_${to}`,
  addConstraint: ({ table, constraint }) => constraintName(table, constraint),
  dropConstraint: ({ name }) => `remove_${name}`,
  createEnum: ({ type }) => type.name,
  alterEnum: ({ type }) => `alter_${type.name}`,
  renameEnum: ({ from, to }) => `rename_${from}_${to}`,
  renameEnumValue: ({ name, from, to }) => `rename_${name}_${from}_${to}`,
  dropEnum: ({ name }) => `delete_${name}`,
  createSchema: () => "",
  dropSchema: ({ name }) => `delete_${name}`,
  createExtension: ({ name }) => name,
  dropExtension: ({ name }) => `delete_${name}`,
  alterComment: ({ table }) => `alter_${table}_comment`,
  createView: ({ view }) => view.name,
  dropView: ({ name }) => `delete_${name}`,
  createTrigger: ({ trigger }) => `${trigger.table}_${trigger.name}`,
  dropTrigger: ({ table, name }) => `delete_${table}_${name}`,
  runSQL: () => "",
  runCode: () => "",
};

function fragmentOf(operation: Operation): string {
  // The table maps each kind to the function of that very kind, which the type of a lookup cannot say.
  return (fragments[operation.kind] as (operation: Operation) => string)(operation);
}

function wholeTable(operation: Operation): string[] {
  if (operation.kind === "createTable") return [operation.table.name];
  return operation.kind === "dropTable" ? [operation.table] : [];
}

function tableOf(operation: Operation): unknown {
  return "table" in operation ? operation.table : undefined;
}

function slug(fragment: string): string {
  return fragment
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
}

function joined(all: readonly string[]): string {
  const whole = all.join("_and_");
  if (whole === "") return "auto";
  if (whole.length <= LABEL_LENGTH) return whole;
  const more = all.length > 1 ? "_and_more" : "";
  let label = (all[0] ?? "").slice(0, LABEL_LENGTH - more.length).replace(/_+$/, "");
  for (const fragment of all.slice(1)) {
    const longer = `${label}_and_${fragment}`;
    if (longer.length > LABEL_LENGTH - more.length) break;
    label = longer;
  }
  return label + more;
}
