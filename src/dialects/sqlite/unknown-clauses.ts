import { expressionFor } from "../../schema/expression.ts";
import { constraintsOf } from "../../schema/naming.ts";
import type { Column, Constraint, Table } from "../../schema/table.ts";
import { canonicalExpression } from "./expression-text.ts";
import { sqlite } from "./renderer.ts";
import type { Alteration } from "./table-work.ts";
import { tokenize } from "./tokenizer.ts";

/**
 * What the table in the database says and no migration knows: neither the schema before the work has it nor the one after,
 * so that it would be gone with the table. Names of constraints do not count, and a column that goes takes its own along.
 */
export function unknownClauses(work: Alteration, live: Table): string[] {
  const { base, storedChecks, target } = work;
  const before = constraintsOf({ ...base, checks: storedChecks });
  const known = new Set([...before, ...constraintsOf(target)].map(meaning));
  const isUnknown = (constraint: Constraint) =>
    !known.has(meaning(constraint)) &&
    (constraint.kind === "check" || constraint.columns.some((column) => kept(column, work) !== undefined));
  return [
    ...live.columns.flatMap((column) => unknownOfColumn(column, work)),
    ...constraintsOf(live)
      .filter(isUnknown)
      .map((constraint) => sqlite.constraintClause(live.name, constraint)),
  ];
}

/** What is left out of a column that stays; that its default or its collation is another one is for `diff` to tell. */
function unknownOfColumn(column: Column, work: Alteration): string[] {
  const after = kept(column.name, work);
  if (after === undefined) return [];
  const before = work.base.columns.find(({ name }) => isSame(name, column.name));
  const isLost = (has: (one: Column) => boolean) => has(column) && !has(after) && !(before && has(before));
  const clauses = [
    ...(isLost(({ nullable }) => !nullable) ? ["NOT NULL"] : []),
    ...(isLost(hasDefault) ? ["DEFAULT"] : []),
    ...(isLost(({ collation }) => collation !== undefined) ? [`COLLATE ${column.collation}`] : []),
    ...(isLost(({ generated }) => generated !== undefined) ? ["GENERATED"] : []),
  ];
  return clauses.map((clause) => `${clause} of column ${column.name}`);
}

function hasDefault({ default: value }: Column): boolean {
  return value !== undefined && !("expression" in value && /^null$/i.test(String(value.expression)));
}

/** The column that a column of the old table becomes; undefined where it goes. */
function kept(column: string, { target, added, sources }: Alteration): Column | undefined {
  return target.columns.find(({ name }) => !added.has(name) && isSame(sources.get(name) ?? name, column));
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** The same text for constraints that SQLite takes for the same. */
function meaning(constraint: Constraint): string {
  if (constraint.kind === "check") {
    const tokens = tokenize(canonicalExpression(expressionFor(constraint.expression, "sqlite")));
    const words = tokens.map(({ kind, keyword, name, text }) =>
      kind === "quoted" ? name.toUpperCase() : keyword || text,
    );
    return `CHECK ${words.join(" ")}`;
  }
  const { kind, columns } = constraint;
  if (kind !== "foreignKey") {
    return JSON.stringify([kind, columns.map((name) => name.toLowerCase()).toSorted()]);
  }
  const { references, onDelete, onUpdate, deferrable } = constraint;
  const isDeferred = deferrable === "deferred";
  const parts = [kind, columns, references.table, references.columns, onDelete, onUpdate, isDeferred];
  return JSON.stringify(parts).toLowerCase();
}
