import type { Dialect, Step } from "../dialects/dialect.ts";
import { describeOperation } from "../operations/handlers.ts";
import { type Group, groupsOf } from "./groups.ts";
import type { Unit } from "./unit.ts";

/**
 * The SQL of a unit as text for people and for `psql` or `sqlite3`: an element is a statement with its `;`, or a
 * comment where something happens that is no SQL. The transaction is included, the record in `orm_migrations` is not.
 */
export function sqlText(dialect: Dialect, unit: Unit): string[] {
  return groupsOf(unit, dialect).flatMap((group) => {
    const { before, steps, after } = dialect.render(group.changes);
    const notes = group.changes.flatMap(({ operation }) => dialect.omissions(operation));
    const body = [
      ...notes.map((note) => comment(`note: ${note}`)),
      ...steps.flatMap((step) => stepText(step, unit, group)),
    ];
    const framed = group.bare ? body : [terminated(dialect.begin), ...body, "COMMIT;"];
    return [...before.map(terminated), ...framed, ...after.map(terminated)];
  });
}

function stepText(step: Step, unit: Unit, group: Group): string[] {
  const [at] = step.operations;
  const change = at === undefined ? undefined : group.changes[at];
  switch (step.kind) {
    case "sql":
      return [terminated(step.sql)];
    case "code":
      return [
        comment(`${change === undefined ? "run code" : describeOperation(change.operation)} of ${unit.name}`),
      ];
    case "check":
      return [comment(`must return no row: ${step.sql}`)];
    case "query":
      return [
        ...step.statements([]).map(terminated),
        ...(step.describe === undefined
          ? []
          : [comment(`upgrade also ${step.describe}; this text does not`)]),
      ];
  }
}

/** On a line of its own where the statement could end in a comment. */
function terminated(sql: string): string {
  const text = sql.trimEnd();
  return /--[^\n]*$/.test(text) ? `${text}\n;` : text.endsWith(";") ? text : `${text};`;
}

function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `-- ${line}`)
    .join("\n");
}
