import type { MigrationGraph } from "../migrations/graph.ts";
import { replay } from "../migrations/state.ts";
import type { DialectName } from "../schema/expression.ts";
import { backwardUnit, forwardUnit, schemaAfter, type Unit } from "./unit.ts";

/** The units of the migrations to apply; the schema before them is that of the applied ones. */
export function unitsForward(
  graph: MigrationGraph,
  applied: ReadonlySet<string>,
  names: readonly string[],
  dialect: DialectName,
): Unit[] {
  let schema = replay(graph.order.filter((migration) => applied.has(migration.name)));
  return names.map((name) => {
    const unit = forwardUnit(graph.get(name), schema, dialect);
    schema = schemaAfter(unit, schema);
    return unit;
  });
}

/** The units that revert the named migrations, which are given last first. */
export function unitsBackward(
  graph: MigrationGraph,
  applied: ReadonlySet<string>,
  names: readonly string[],
  dialect: DialectName,
): Unit[] {
  const reverted = new Set(names);
  // What stays is applied below them, whatever its place in the graph's order.
  let schema = replay(graph.order.filter(({ name }) => applied.has(name) && !reverted.has(name)));
  const units = names.toReversed().map((name) => {
    const unit = backwardUnit(graph.get(name), schema, dialect);
    schema = unit.changes[0]?.before ?? schema;
    return unit;
  });
  return units.toReversed();
}
