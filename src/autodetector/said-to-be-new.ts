import { applyOperation } from "../operations/handlers.ts";
import type { Schema } from "../schema/schema.ts";
import { findColumn } from "../schema/table.ts";
import { columnsReferringElsewhere } from "./column-targets.ts";
import { diffSchemas } from "./diff.ts";
import { withoutColumn } from "./give-way.ts";
import type { Added, Renamed } from "./renames.ts";

/**
 * True for a column of an old one's name that refers to another table. It can be new, though the name is not:
 * then the old one is dropped, because its values would be taken for rows of the wrong table.
 */
export function replacesColumn({ kind, of = "", added }: Added, schema: Schema, to: Schema): boolean {
  const [before, after] = [schema.tables.get(of), to.tables.get(of)];
  if (kind !== "column" || before === undefined || after === undefined) return false;
  return findColumn(before, added) !== undefined && columnsReferringElsewhere(before, after).has(added);
}

/** Drops the columns that new ones replace, after the renames. */
export function dropReplaced(renamed: Renamed, to: Schema, added: readonly Added[]): Renamed {
  return added
    .filter((one) => replacesColumn(one, renamed.schema, to))
    .reduce(({ operations, schema }, { of = "", added: column }) => {
      const drops = diffSchemas(schema, withoutColumn(schema, of, column)).operations;
      return {
        operations: [...operations, ...drops],
        schema: drops.reduce((next, operation) => applyOperation(operation, next), schema),
      };
    }, renamed);
}
