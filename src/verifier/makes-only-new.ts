import type { Change } from "../dialects/dialect.ts";

/**
 * True if the changes make tables, and what belongs to these, and touch nothing that was there: what they do follows from
 * the objects before them alone, no row has a part in it.
 */
export function makesOnlyNew(changes: readonly Change[]): boolean {
  const made = new Set<string>();
  return changes.every(({ operation }) => {
    switch (operation.kind) {
      case "createTable":
        made.add(operation.table.name);
        return true;
      case "createIndex":
      case "addConstraint":
      case "addColumn":
      case "alterComment":
        return made.has(operation.table);
      case "createEnum":
        return true;
      default:
        return false;
    }
  });
}
