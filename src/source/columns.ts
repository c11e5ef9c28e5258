import { isInteger } from "../schema/column-type.ts";
import type { Column, ForeignKey, Unique } from "../schema/table.ts";
import { type Code, call, type Entry, object, text } from "./code.ts";
import { sqlValue, string } from "./values.ts";

/** The constraints of one column that are printed with it. */
export interface ColumnConstraints {
  readonly pk?: boolean;
  readonly unique?: Unique | undefined;
  readonly foreignKey?: ForeignKey | undefined;
}

/** The call that builds a column: `m.char({ maxLength: 255, unique: true })`. */
export function columnCode(column: Column, { pk, unique, foreignKey }: ColumnConstraints = {}): Code {
  const { type } = column;
  const counts = column.autoIncrement === true;
  // The builder's own rule: an integer that is the key counts, unless it takes its value from elsewhere.
  const impliesCounting =
    pk === true && isInteger(type) && foreignKey === undefined && column.default === undefined;
  const options = object([
    ...typeEntries(column),
    pk === true ? flag("pk") : undefined,
    counts === impliesCounting ? undefined : ["autoIncrement", text(String(counts))],
    column.nullable ? flag("null") : undefined,
    unique && ["unique", unique.name === undefined ? text("true") : named(unique.name)],
    column.default && ["default", sqlValue(column.default)],
    column.comment === undefined ? undefined : ["comment", string(column.comment)],
    foreignKey && ["references", referenceCode(foreignKey)],
  ]);
  return call(`m.${type.kind}`, [type.kind === "enum" ? string(type.name) : undefined, options]);
}

/** `name`, and the actions of a foreign key that are not the default. */
export function foreignKeyEntries({ name, onDelete, onUpdate }: ForeignKey): (Entry | undefined)[] {
  return [
    name === undefined ? undefined : ["name", string(name)],
    onDelete === "noAction" ? undefined : ["onDelete", string(onDelete)],
    onUpdate === "noAction" ? undefined : ["onUpdate", string(onUpdate)],
  ];
}

/** True if the foreign key can be said by one column: it has one, and names one. */
export function isOfOneColumn({ columns, references }: ForeignKey): boolean {
  return columns.length === 1 && references.columns.length === 1;
}

function typeEntries({ type }: Column): Entry[] {
  switch (type.kind) {
    case "char":
      return [["maxLength", text(String(type.maxLength))]];
    case "decimal":
      return [
        ["maxDigits", text(String(type.maxDigits))],
        ["decimalPlaces", text(String(type.decimalPlaces))],
      ];
    default:
      return [];
  }
}

function referenceCode(foreignKey: ForeignKey): Code {
  return object([
    ["table", string(foreignKey.references.table)],
    ["column", string(foreignKey.references.columns[0] ?? "")],
    ...foreignKeyEntries(foreignKey),
  ]);
}

const flag = (name: string): Entry => [name, text("true")];

const named = (name: string): Code => object([["name", string(name)]]);
