import { shorten } from "../schema/identifier.ts";
import { shortenTable, tableNameProblem } from "../schema/qualified-name.ts";
import type { Column, ForeignKey, Table } from "../schema/table.ts";
import { type Field, isRelation } from "./field.ts";
import type { AnyModel } from "./model.ts";
import { snakeCase, tableName } from "./names.ts";
import { keyColumn } from "./resolve.ts";
import { resolveTarget, type Scope } from "./scope.ts";
import { fieldError } from "./validate-field.ts";

/**
 * The join table of a many-to-many field, or undefined where the model in `through` is it. Throws a ModelError
 * for an unknown target and for a `through` without a foreign key to each side.
 */
export function joinTable(model: AnyModel, name: string, field: Field, scope: Scope): Table | undefined {
  const target = resolveTarget(model, name, field.target, scope);
  const { through, table, description } = field.options;
  if (through !== undefined) {
    checkThrough(model, name, target, resolveTarget(model, name, through, scope), scope);
    return undefined;
  }
  const own = shortenTable(table ?? `${tableName(model)}_${snakeCase(name)}`);
  const problem = tableNameProblem(own);
  if (problem !== undefined)
    throw fieldError(model.name, name, `the name ${own} of the join table ${problem}`);
  const sides = [
    side(model, name, model, target, "from", scope),
    side(model, name, target, model, "to", scope),
  ];
  const columns = sides.map((each) => each.column);
  if (columns[0]?.name === columns[1]?.name) {
    const hint = "Rename one of the models, or join them with through.";
    throw fieldError(model.name, name, `both columns of the join table would be "${columns[0]?.name}"`, hint);
  }
  return {
    name: own,
    columns,
    primaryKey: columns.map((column) => column.name),
    foreignKeys: sides.map((each) => each.foreignKey),
    uniques: [],
    checks: [],
    // The primary key serves the first column; the way back needs an index of its own.
    indexes: columns.slice(1).map((column) => ({ columns: [column.name], unique: false })),
    ...(description ? { comment: description } : {}),
  };
}

function side(
  model: AnyModel,
  name: string,
  to: AnyModel,
  other: AnyModel,
  prefix: "from" | "to",
  scope: Scope,
): { readonly column: Column; readonly foreignKey: ForeignKey } {
  const key = keyColumn(model, name, to, scope);
  const column = shorten(`${to === other ? `${prefix}_` : ""}${snakeCase(to.name)}_id`);
  return {
    column: { name: column, type: key.type, nullable: false },
    foreignKey: {
      kind: "foreignKey",
      columns: [column],
      references: { table: tableName(to), columns: [key.column] },
      onDelete: "cascade",
      onUpdate: "noAction",
    },
  };
}

function checkThrough(
  model: AnyModel,
  name: string,
  target: AnyModel,
  through: AnyModel,
  scope: Scope,
): void {
  const pointsTo = Object.entries(through.fields)
    .filter(([, field]) => isRelation(field))
    .map(([relation, field]) => resolveTarget(through, relation, field.target, scope));
  const needed = model === target ? 2 : 1;
  for (const end of new Set([model, target])) {
    const found = pointsTo.filter((candidate) => candidate === end).length;
    if (found === needed) continue;
    const problem = `the model ${through.name} in through has ${found} foreign keys to ${end.name}, not ${needed}`;
    const hint = `Declare fields.foreignKey("${end.name}") in ${through.name}${needed === 2 ? ", once for each side" : ""}.`;
    throw fieldError(model.name, name, problem, hint);
  }
}
