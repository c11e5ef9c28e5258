import { isInteger } from "../../src/schema/column-type.ts";
import { indexPart } from "../../src/schema/index-parts.ts";
import type { Column, Index, IndexPart, Table } from "../../src/schema/table.ts";
import type { Chooser } from "./chooser.ts";
import { explicitName, type Memory } from "./random-table.ts";

/** An index of any kind that PostgreSQL accepts on those columns. */
export function randomIndex(chooser: Chooser, table: Table, memory: Memory): Index {
  const columns = chooser.some(table.columns, 3);
  const plain: Index = {
    ...explicitName(chooser, memory),
    columns: columns.map(({ name }) => name),
    unique: chooser.chance(25),
  };
  if (!chooser.chance(45)) return plain;
  const [first] = columns;
  if (!plain.unique && first !== undefined && chooser.chance(30)) {
    return { ...plain, ...otherMethod(chooser, first), ...condition(chooser, table) };
  }
  const parts = columns.map(
    (column): IndexPart =>
      indexPart({
        column: column.name,
        ...(isText(column) && chooser.chance(25) ? { opclass: "text_pattern_ops" } : {}),
        ...order(chooser),
      }),
  );
  const computed = chooser.chance(40) ? expressionPart(chooser, table) : [];
  const rest = table.columns.filter((column) => !columns.includes(column));
  const include = chooser.chance(20) ? chooser.some(rest, 2).map(({ name }) => name) : [];
  return {
    ...plain,
    columns: [...parts, ...computed],
    ...condition(chooser, table),
    ...(include.length === 0 ? {} : { include }),
  };
}

function otherMethod(chooser: Chooser, column: Column): Pick<Index, "columns" | "method"> {
  const { name, type } = column;
  if (type.kind === "json" && chooser.chance(70)) {
    const columns = chooser.chance(50) ? [name] : [{ column: name, opclass: "jsonb_path_ops" }];
    return { columns, method: "gin" };
  }
  if (type.kind === "text" && chooser.chance(50)) return { columns: [name], method: "spgist" };
  if (isInteger(type) && chooser.chance(50)) return { columns: [name], method: "brin" };
  return { columns: [name], method: "hash" };
}

function order(chooser: Chooser): { order?: "desc"; nulls?: "first" | "last" } {
  return {
    ...(chooser.chance(40) ? { order: "desc" } : {}),
    ...(chooser.chance(25) ? { nulls: chooser.oneOf(["first", "last"]) } : {}),
  };
}

/** Something computed from integers or text, which every value of every row allows. */
function expressionPart(chooser: Chooser, table: Table): IndexPart[] {
  const whole = chooser.pick(table.columns.filter(({ type }) => isInteger(type)));
  const text = chooser.pick(table.columns.filter(isText));
  const expressions = [
    ...(whole === undefined ? [] : [`abs(${quote(whole)})`, `${quote(whole)} + 1`, `(${quote(whole)})`]),
    ...(text === undefined ? [] : [`lower(${quote(text)})`, `${quote(text)} || 'it''s'`]),
  ];
  const expression = chooser.pick(expressions);
  return expression === undefined ? [] : [indexPart({ expression, ...order(chooser) })];
}

function condition(chooser: Chooser, table: Table): { where?: string } {
  const column = chooser.pick(table.columns);
  if (column === undefined || !chooser.chance(35)) return {};
  const known = `${quote(column)} IS NOT NULL`;
  return { where: isInteger(column.type) ? chooser.oneOf([known, `${quote(column)} != 7`]) : known };
}

function isText({ type }: Column): boolean {
  return type.kind === "text" || type.kind === "char";
}

function quote({ name }: Column): string {
  return `"${name.replaceAll('"', '""')}"`;
}
