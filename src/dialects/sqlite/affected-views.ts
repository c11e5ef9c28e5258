import { readersOf } from "../../operations/readers.ts";
import type { Change } from "../dialect.ts";
import { type Affected, NOTHING_AFFECTED } from "../suspended-views.ts";

/**
 * What SQLite would write anew in its own way: RENAME changes the texts of views and triggers. Any other change leaves
 * views as they are, for they are read when they are used, and a rebuild makes the triggers of its table again.
 */
export function affectedBy({ operation, before }: Change): Affected {
  if (operation.kind === "renameTable") return readersOf(before, operation.from);
  if (operation.kind === "renameColumn") return readersOf(before, operation.table);
  return NOTHING_AFFECTED;
}
