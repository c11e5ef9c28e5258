import { readersOf, textsOfView } from "../../operations/readers.ts";
import { dataEqual } from "../../schema/compare.ts";
import { constraintName, constraintsOf } from "../../schema/naming.ts";
import type { Schema } from "../../schema/schema.ts";
import { hasName } from "../../schema/sql-relations.ts";
import { findColumn } from "../../schema/table.ts";
import type { Trigger, View } from "../../schema/view.ts";
import type { Change } from "../dialect.ts";
import { type Affected, NOTHING_AFFECTED } from "../suspended-views.ts";

/**
 * What PostgreSQL would refuse a change for, and what it would keep as it was: a view holds the columns of the moment at
 * which it was created, and depends on their types.
 */
export function affectedBy({ operation, before }: Change): Affected {
  switch (operation.kind) {
    case "renameTable":
      return readersOf(before, operation.from);
    case "renameColumn":
      return { views: readersOf(before, operation.table).views, triggers: [] };
    case "addColumn": {
      const triggers = operation.fill === undefined ? [] : triggersOf(before, operation.table);
      return { views: starsOver(before, operation.table), triggers };
    }
    case "dropColumn":
      return { views: starsOver(before, operation.table), triggers: [] };
    case "alterColumn": {
      const table = before.tables.get(operation.table);
      const from = table && findColumn(table, operation.column.name);
      const { type, collation, generated } = operation.column;
      const isRetyped =
        operation.using !== undefined ||
        !dataEqual([from?.type, from?.collation, from?.generated], [type, collation, generated]);
      // Filling must not look like an update of the user's.
      const isFilled = operation.fill !== undefined;
      return {
        views: isRetyped ? readersOf(before, operation.table).views : [],
        triggers: isRetyped || isFilled ? triggersOf(before, operation.table) : [],
      };
    }
    case "dropConstraint": {
      const table = before.tables.get(operation.table);
      const isKey = (name: string) =>
        table !== undefined &&
        constraintsOf(table).some(
          (one) => one.kind === "primaryKey" && constraintName(table.name, one) === name,
        );
      // A view that groups by the key shows the rest of the row.
      return isKey(operation.name)
        ? { views: readersOf(before, operation.table).views, triggers: [] }
        : NOTHING_AFFECTED;
    }
    case "alterEnum": {
      const { name } = operation.type;
      const users = [...before.tables.values()].filter(({ columns }) =>
        columns.some(({ type }) => type.kind === "enum" && type.name === name),
      );
      const named = [...before.views.values()].filter((view) =>
        textsOfView(view).some((text) => hasName(text, name)),
      );
      return {
        views: [...named, ...users.flatMap((table) => readersOf(before, table.name).views)],
        triggers: users.flatMap((table) => triggersOf(before, table.name)),
      };
    }
    default:
      return NOTHING_AFFECTED;
  }
}

function starsOver(schema: Schema, table: string): View[] {
  return readersOf(schema, table).views.filter((view) => textsOfView(view).some(({ hasStar }) => hasStar));
}

function triggersOf(schema: Schema, table: string): Trigger[] {
  return [...schema.triggers.values()].filter((trigger) => trigger.table === table);
}
