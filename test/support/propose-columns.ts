import type { OperationKind } from "../../src/operations/types.ts";
import { indexColumns } from "../../src/schema/index-parts.ts";
import { type Schema, tablesByName } from "../../src/schema/schema.ts";
import type { Column, Table } from "../../src/schema/table.ts";
import { allForeignKeys } from "./foreign-keys.ts";
import { freshName } from "./names.ts";
import { onTable, type Proposal } from "./proposal.ts";
import { alteredColumn, isInExpression } from "./random-alter.ts";
import { columnNamesOf, keyTypes, randomColumn, randomForeignKey } from "./random-table.ts";
import { SAMPLES, sampleValue } from "./values.ts";

/** Random operations on columns. */
export const columnProposals = {
  addColumn: onTable((chooser, table, schema, { memory, filled }) => {
    const names = columnNamesOf(memory, table);
    const [type] = chooser.chance(40) ? keyTypes(chooser.pick(tablesByName(schema))) : [];
    const column: Column =
      type === undefined
        ? randomColumn(chooser, schema, names)
        : { name: freshName(chooser, names), type, nullable: true };
    const isEmpty = column.nullable && column.default === undefined;
    const base = { kind: "addColumn", table: table.name, column } as const;
    if (filled?.holdsRows(table.name) === true && !isEmpty) {
      if (column.nullable || column.default !== undefined) return base;
      const value = sampleValue(column.type, chooser.below(SAMPLES), schema);
      return { ...base, fill: { value } };
    }
    const grown = { ...table, columns: [...table.columns, column] };
    const onlyNew = { ...grown, columns: [column] };
    const key = chooser.chance(60)
      ? randomForeignKey(chooser, onlyNew, [...schema.tables.values()], memory)
      : undefined;
    const unique = chooser.chance(20) ? { unique: { kind: "unique", columns: [column.name] } as const } : {};
    return { ...base, ...unique, ...(key === undefined ? {} : { foreignKey: key }) };
  }),

  dropColumn: onTable((chooser, table, schema, { filled }) => {
    const free = table.columns.filter(
      (column) => isFree(schema, table, column.name) && filled?.mayDropColumn(table.name, column) !== false,
    );
    const column = chooser.pick(free);
    if (column === undefined || table.columns.length === 1) return undefined;
    return { kind: "dropColumn", table: table.name, column: column.name };
  }),

  alterColumn: onTable((chooser, table, schema, { executable, filled }) => {
    const before = chooser.pick(table.columns);
    if (before === undefined) return undefined;
    const column = alteredColumn(chooser, schema, table, before, executable);
    const needsFill = before.nullable && !column.nullable && filled?.holdsRows(table.name) === true;
    if (needsFill && filled?.mayFill(table.name, column.name) === false) return undefined;
    // A float may have been an integer, and must be able to become one again.
    const value = column.type.kind === "float" ? 2 : sampleValue(column.type, 1, schema);
    return { kind: "alterColumn", table: table.name, column, ...(needsFill ? { fill: { value } } : {}) };
  }),

  renameColumn: onTable((chooser, table, _, { memory }) => {
    const column = chooser.pick(table.columns);
    if (column === undefined) return undefined;
    const to = freshName(chooser, columnNamesOf(memory, table));
    return { kind: "renameColumn", table: table.name, from: column.name, to };
  }),
} satisfies { readonly [K in OperationKind]?: Proposal };

/** True if nothing but the column's own single-column constraints has to do with it. */
function isFree(schema: Schema, table: Table, name: string): boolean {
  const own = [...table.uniques, ...table.foreignKeys].filter(({ columns }) => columns.includes(name));
  const referred = allForeignKeys(schema).some(
    ({ key }) => key.references.table === table.name && key.references.columns.includes(name),
  );
  const kinds = new Set(own.map(({ kind }) => kind));
  return (
    !referred &&
    kinds.size === own.length &&
    own.every(({ columns }) => columns.length === 1) &&
    !table.primaryKey.includes(name) &&
    table.indexes.every((index) => !indexColumns(index).includes(name)) &&
    !isInExpression(table, name)
  );
}
