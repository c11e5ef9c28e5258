import type { OperationKind } from "../../src/operations/types.ts";
import { dataEqual } from "../../src/schema/compare.ts";
import { indexColumns } from "../../src/schema/index-parts.ts";
import { type Schema, tablesByName } from "../../src/schema/schema.ts";
import { type Column, isGenerated, type Table } from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";
import { allForeignKeys, isInForeignKey } from "./foreign-keys.ts";
import { freshName } from "./names.ts";
import { onTable, type Proposal } from "./proposal.ts";
import { alteredColumn, isInExpression } from "./random-alter.ts";
import { isSource, randomGenerated } from "./random-generated.ts";
import { columnNamesOf, keyTypes, randomColumn, randomForeignKey } from "./random-table.ts";
import { SAMPLES, sampleValue } from "./values.ts";

/** Random operations on columns. */
export const columnProposals = {
  addColumn: onTable((chooser, table, schema, { memory, filled, virtual }) => {
    const names = columnNamesOf(memory, table);
    const computed = chooser.chance(15) ? randomGenerated(chooser, table.columns, virtual) : undefined;
    if (computed !== undefined) {
      return {
        kind: "addColumn",
        table: table.name,
        column: { name: freshName(chooser, names), ...computed },
      };
    }
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
    if (column === undefined) return undefined;
    if (table.columns.every((other) => other === column || isGenerated(other))) return undefined;
    return { kind: "dropColumn", table: table.name, column: column.name };
  }),

  alterColumn: onTable((chooser, table, schema, { executable, filled, virtual }) => {
    const before = chooser.pick(table.columns);
    if (before === undefined) return undefined;
    // Rows would have to hold what is computed.
    const isReferring = isInForeignKey(schema, table.name, before.name);
    const switches = filled?.holdsRows(table.name) !== true && !isReferring;
    if (isGenerated(before) || (switches && chooser.chance(10) && isFree(schema, table, before.name))) {
      const column = withOtherValue(chooser, table, before, virtual, switches);
      return column && { kind: "alterColumn", table: table.name, column };
    }
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

/** A generated column with another expression, or a plain one; a plain one that is generated. */
function withOtherValue(
  chooser: Chooser,
  table: Table,
  before: Column,
  virtual: boolean,
  switches: boolean,
): Column | undefined {
  const { default: _, autoIncrement: __, generated, ...rest } = before;
  if (switches && generated !== undefined && chooser.chance(40)) return rest;
  const others = table.columns.filter(({ name }) => name !== before.name);
  const computed = randomGenerated(chooser, others, virtual);
  // Not every type can become the other and come back.
  const fits = computed !== undefined && dataEqual(computed.type, before.type);
  return fits && others.some((other) => !isGenerated(other)) ? { ...rest, ...computed } : undefined;
}

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
    !isSource(table, name) &&
    table.indexes.every((index) => !indexColumns(index).includes(name)) &&
    !isInExpression(table, name)
  );
}
