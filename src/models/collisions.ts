import { ModelError } from "../errors.ts";
import type { Expression } from "../schema/expression.ts";
import { indexKeys } from "../schema/index-parts.ts";
import { constraintName, constraintsOf, indexName } from "../schema/naming.ts";
import { besideTable } from "../schema/qualified-name.ts";
import type { Table } from "../schema/table.ts";

interface Claim {
  readonly name: string;
  /** Which declaration it comes from: `model Post`. */
  readonly owner: string;
  /** What it is: `the index on title`; said where it is needed only. */
  readonly what: () => string;
}

/**
 * Finds two things that would have one name in a database. Tables, indexes, unique constraints and primary keys
 * share one namespace for each schema on PostgreSQL (manual, CREATE INDEX), tables and enums another; other constraints are named
 * within their table. SQLite takes names that differ only in case for the same.
 */
export class Collisions {
  readonly #relations = new Map<string, Claim>();
  readonly #types = new Map<string, Claim>();

  /** Throws a ModelError that names both sides. */
  add(table: Table, owner: string): void {
    const claimTable = { name: table.name, owner, what: () => `the table "${table.name}"` };
    claim(this.#relations, claimTable);
    claim(this.#types, claimTable);
    const ofTable = new Map<string, Claim>();
    for (const constraint of constraintsOf(table)) {
      const name = constraintName(table.name, constraint);
      const what = () =>
        `the ${WORDS[constraint.kind]}${"columns" in constraint ? ` on ${constraint.columns.join(", ")}` : ""}`;
      claim(ofTable, { name, owner, what });
      if (constraint.kind === "primaryKey" || constraint.kind === "unique")
        claim(this.#relations, { name: besideTable(table.name, name), owner, what });
    }
    for (const index of table.indexes) {
      const what = () =>
        `the index on ${indexKeys(index)
          .map(({ column, expression }) => column ?? `(${textOf(expression)})`)
          .join(", ")}`;
      claim(this.#relations, { name: besideTable(table.name, indexName(table.name, index)), owner, what });
    }
  }

  /** Throws a ModelError if a table has the name of the enum. */
  addEnum(name: string, owner: string): void {
    claim(this.#types, { name, owner, what: () => `the enum "${name}"` });
  }
}

const WORDS = {
  primaryKey: "primary key",
  unique: "unique constraint",
  foreignKey: "foreign key",
  check: "check",
};

function textOf(expression: Expression | undefined): string {
  return typeof expression === "object" ? expression.postgres : (expression ?? "");
}

function claim(names: Map<string, Claim>, mine: Claim): void {
  const key = mine.name.toLowerCase();
  const other = names.get(key);
  if (other === undefined) {
    names.set(key, mine);
    return;
  }
  throw new ModelError(...collision(mine, other));
}

function collision(mine: Claim, other: Claim): [message: string, hint: string] {
  const [what, otherWhat] = [mine.what(), other.what()];
  if (mine.owner === other.owner && what === otherWhat) {
    return [`${mine.owner}: ${what} is declared twice`, "Remove one of the two, or give one of them a name."];
  }
  const same =
    mine.name === other.name
      ? `would both be named "${mine.name}"`
      : `"${mine.name}" and "${other.name}" differ only in case`;
  const hint =
    what.startsWith("the table") && otherWhat.startsWith("the table")
      ? "Give one of them another table with the option table."
      : "Give one of them another name with the option name.";
  return [`${mine.owner}: ${what} and ${otherWhat} of ${other.owner} ${same}`, hint];
}
