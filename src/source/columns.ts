import { type ColumnType, isInteger } from "../schema/column-type.ts";
import type { Column, ForeignKey, Generated, PrimaryKeyOptions, Unique } from "../schema/table.ts";
import { type Code, call, type Entry, object, text } from "./code.ts";
import { expression, sqlValue, string } from "./values.ts";

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
  const valued = foreignKey !== undefined || column.default !== undefined || column.generated !== undefined;
  const impliesCounting = pk === true && isInteger(type) && !valued;
  const options = object([
    ...typeEntries(type),
    pk === true ? flag("pk") : undefined,
    counts === impliesCounting ? undefined : ["autoIncrement", text(String(counts))],
    column.nullable ? flag("null") : undefined,
    column.collation === undefined ? undefined : ["collation", expression(column.collation)],
    unique && ["unique", uniqueCode(unique)],
    column.default && ["default", sqlValue(column.default)],
    column.generated && ["generated", generatedCode(column.generated)],
    column.comment === undefined ? undefined : ["comment", string(column.comment)],
    foreignKey && ["references", referenceCode(foreignKey)],
  ]);
  return call(`m.${type.kind}`, [typeArgument(type), options]);
}

/** What the builder of the type takes before the options. */
function typeArgument(type: ColumnType): Code | undefined {
  if (type.kind === "enum") return string(type.name);
  if (type.kind === "raw") return expression(type.type);
  return type.kind === "array" ? call(`m.${type.of.kind}`, [object(typeEntries(type.of))]) : undefined;
}

/** What a primary key says besides its columns. */
export function primaryKeyEntries({ name, deferrable }: PrimaryKeyOptions): (Entry | undefined)[] {
  return [
    name === undefined ? undefined : ["name", string(name)],
    deferrable === undefined ? undefined : ["deferrable", string(deferrable)],
  ];
}

/** What a unique constraint says besides its columns. */
export function uniqueEntries({ name, deferrable, nullsNotDistinct }: Unique): (Entry | undefined)[] {
  return [
    name === undefined ? undefined : ["name", string(name)],
    deferrable === undefined ? undefined : ["deferrable", string(deferrable)],
    nullsNotDistinct === undefined ? undefined : flag("nullsNotDistinct"),
  ];
}

/** What a foreign key says besides its columns: `name`, and what is not the default. */
export function foreignKeyEntries({
  name,
  onDelete,
  onUpdate,
  deferrable,
}: ForeignKey): (Entry | undefined)[] {
  return [
    name === undefined ? undefined : ["name", string(name)],
    onDelete === "noAction" ? undefined : ["onDelete", string(onDelete)],
    onUpdate === "noAction" ? undefined : ["onUpdate", string(onUpdate)],
    deferrable === undefined ? undefined : ["deferrable", string(deferrable)],
  ];
}

/** True if the foreign key can be said by one column: it has one, and names one. */
export function isOfOneColumn({ columns, references }: ForeignKey): boolean {
  return columns.length === 1 && references.columns.length === 1;
}

function typeEntries(type: ColumnType): Entry[] {
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

function generatedCode({ expression: computed, stored }: Generated): Code {
  return object([
    ["expression", expression(computed)],
    ["stored", text(String(stored))],
  ]);
}

function referenceCode(foreignKey: ForeignKey): Code {
  return object([
    ["table", string(foreignKey.references.table)],
    ["column", string(foreignKey.references.columns[0] ?? "")],
    ...foreignKeyEntries(foreignKey),
  ]);
}

const flag = (name: string): Entry => [name, text("true")];

function uniqueCode(unique: Unique): Code {
  const options = object(uniqueEntries(unique));
  return options.entries.length === 0 ? text("true") : options;
}
