import { shorten } from "../../schema/identifier.ts";
import { constraintName, constraintsOf, indexName } from "../../schema/naming.ts";
import type { Table } from "../../schema/table.ts";
import { postgresRenderer as sql } from "./renderer.ts";

interface Rename {
  readonly from: string;
  readonly to: string;
  /** The constraint or index of that name gets the other. */
  readonly statement: (from: string, to: string) => string;
}

/**
 * The statements that give constraints and indexes the names that are derived from a table or column under its new
 * name. `before` and `after` are the same table, renamed itself or in a column, with its parts in the same order.
 */
export function renameDerived(before: Table, after: Table): string[] {
  const [oldConstraints, newConstraints] = [constraintsOf(before), constraintsOf(after)];
  const constraints = oldConstraints.map((constraint, position): Rename => {
    const renamed = newConstraints[position] ?? constraint;
    return {
      from: shorten(constraintName(before.name, constraint)),
      to: shorten(constraintName(after.name, renamed)),
      statement: (from, to) =>
        `ALTER TABLE ${sql.quoteTable(after.name)} RENAME CONSTRAINT ${sql.quote(from)} TO ${sql.quote(to)}`,
    };
  });
  const indexes = before.indexes.map((index, position): Rename => {
    const renamed = after.indexes[position] ?? index;
    return {
      from: shorten(indexName(before.name, index)),
      to: shorten(indexName(after.name, renamed)),
      statement: (from, to) => `ALTER INDEX ${sql.quoteBeside(after.name, from)} RENAME TO ${sql.quote(to)}`,
    };
  });
  return inOrder([...constraints, ...indexes].filter(({ from, to }) => from !== to));
}

/** Each rename after the one that frees its name; a name in a circle goes aside first. */
function inOrder(renames: readonly Rename[]): string[] {
  const statements: string[] = [];
  let waiting = [...renames];
  while (waiting.length > 0) {
    const taken = new Set(waiting.map(({ from }) => from));
    const ready = waiting.filter(({ to }) => !taken.has(to));
    if (ready.length > 0) {
      statements.push(...ready.map(({ from, to, statement }) => statement(from, to)));
      waiting = waiting.filter((rename) => !ready.includes(rename));
      continue;
    }
    const [first, ...rest] = waiting;
    if (first === undefined) break;
    const aside = shorten(`${first.from}_renamed`);
    statements.push(first.statement(first.from, aside));
    waiting = [...rest, { ...first, from: aside }];
  }
  return statements;
}
