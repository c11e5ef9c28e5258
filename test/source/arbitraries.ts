import fc from "fast-check";
import type { Operation } from "../../src/operations/types.ts";
import type { ColumnType, ElementType } from "../../src/schema/column-type.ts";
import type { Expression, Json, SqlValue } from "../../src/schema/expression.ts";
import { indexPart } from "../../src/schema/index-parts.ts";
import {
  type Check,
  type Column,
  type ForeignKey,
  type Index,
  type IndexPart,
  type Table,
  type Unique,
  withPrimaryKey,
} from "../../src/schema/table.ts";

const HOSTILE = [
  "__proto__",
  "constructor",
  "10",
  "2",
  "007",
  "select",
  'a"b',
  "a'b",
  "back`tick",
  `\${x}`,
  "back\\slash",
  "two\nlines",
  "cr\r\nlf",
  "\u2028",
  "\ud800",
  "\udc00x",
  "naïve 名前",
  "*/ // <!--",
  "\u202egnp",
  "",
  " ",
  "\u0000",
  "'\"`",
];

/** Any text: plain names, known troublemakers, random UTF-16 with lone surrogates. */
export const anyText = fc.oneof(
  fc.stringMatching(/^[a-z_]{1,12}$/),
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({ minLength: 60, maxLength: 120 }),
);

/** SQL that sql() takes: not blank, and no NUL. */
const sqlText = anyText.filter((text) => text.trim() !== "" && !text.includes("\0"));

const expression: fc.Arbitrary<Expression> = fc.oneof(
  sqlText,
  fc.record({ postgres: sqlText, sqlite: sqlText }),
);

// fast-check types JSON values as unknown.
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;

const hostileJson: fc.Arbitrary<Json> = fc.dictionary(anyText, json, { maxKeys: 3 });

const sqlValue: fc.Arbitrary<SqlValue> = fc.oneof(
  fc.record({
    value: fc.oneof(anyText, json, hostileJson, fc.bigInt(), fc.double(), fc.integer(), fc.boolean()),
  }),
  fc.record({ expression }),
);

const elementType: fc.Arbitrary<ElementType> = fc.oneof(
  fc
    .constantFrom(
      ...(["smallInt", "int", "bigInt", "float", "text", "binary", "boolean", "datetime"] as const),
      ...(["date", "time", "duration", "uuid"] as const),
    )
    .map((kind) => ({ kind })),
  fc.record({
    kind: fc.constant("decimal" as const),
    maxDigits: fc.integer({ min: 1, max: 99 }),
    decimalPlaces: fc.nat(20),
  }),
  fc.record({ kind: fc.constant("char" as const), maxLength: fc.integer({ min: 1, max: 999 }) }),
);

const oneType = fc.constantFrom(
  "citext",
  "vector(3)",
  'a."B c"[]',
  "time (3) with time zone",
  "numeric(4, -2)",
);

const rawType: fc.Arbitrary<Expression> = fc.oneof(
  oneType,
  fc.record({ postgres: oneType, sqlite: fc.constantFrom("TEXT", "", "UNSIGNED BIG INT") }),
);

const columnType: fc.Arbitrary<ColumnType> = fc.oneof(
  elementType,
  fc.constant({ kind: "json" as const }),
  fc.record({ kind: fc.constant("enum" as const), name: anyText }),
  fc.record({ kind: fc.constant("array" as const), of: elementType }),
  fc.record({ kind: fc.constant("raw" as const), type: rawType }),
);

const columnNamed = (name: fc.Arbitrary<string>): fc.Arbitrary<Column> =>
  fc.record(
    {
      name,
      type: columnType,
      nullable: fc.boolean(),
      default: sqlValue,
      autoIncrement: fc.constant(true as const),
      collation: expression,
      generated: fc.record({ expression, stored: fc.boolean() }),
      comment: anyText,
    },
    { requiredKeys: ["name", "type", "nullable"] },
  );

const action = fc.constantFrom("noAction", "restrict", "cascade", "setNull", "setDefault");

const deferrable = fc.constantFrom("immediate" as const, "deferred" as const);

const foreignKey = (columns: fc.Arbitrary<string[]>): fc.Arbitrary<ForeignKey> =>
  fc.record(
    {
      kind: fc.constant("foreignKey" as const),
      name: anyText,
      columns,
      references: fc.record({
        table: anyText,
        columns: fc.array(anyText, { minLength: 1, maxLength: 2 }),
      }),
      onDelete: action,
      onUpdate: action,
      deferrable,
    },
    { requiredKeys: ["kind", "columns", "references", "onDelete", "onUpdate"] },
  );

const primaryKeyOptions = fc.record({ name: anyText, deferrable }, { requiredKeys: [] });

const unique = (columns: fc.Arbitrary<string[]>): fc.Arbitrary<Unique> =>
  fc.record(
    {
      kind: fc.constant("unique" as const),
      name: anyText,
      columns,
      deferrable,
      nullsNotDistinct: fc.constant(true as const),
    },
    { requiredKeys: ["kind", "columns"] },
  );

const check: fc.Arbitrary<Check> = fc.record({
  kind: fc.constant("check" as const),
  name: anyText,
  expression,
});

/** A part of an index, in its shortest form, in which it is loaded. */
const indexKey: fc.Arbitrary<IndexPart> = fc
  .record(
    {
      column: anyText,
      expression,
      order: fc.constant("desc" as const),
      nulls: fc.constantFrom("first" as const, "last" as const),
      opclass: anyText,
    },
    { requiredKeys: [] },
  )
  .map(indexPart);

const index = (columns: fc.Arbitrary<string[]>): fc.Arbitrary<Index> =>
  fc.record(
    {
      name: anyText,
      columns: fc.oneof(columns, fc.array(indexKey, { maxLength: 3 })),
      unique: fc.boolean(),
      where: expression,
      include: fc.array(anyText, { minLength: 1, maxLength: 2 }),
      method: fc.constantFrom("hash", "gin", "gist", "spgist", "brin"),
    },
    { requiredKeys: ["columns", "unique"] },
  );

/** Any table, constraints in any order, several on the same column among them. */
export const table: fc.Arbitrary<Table> = fc
  .uniqueArray(columnNamed(anyText), { selector: (column) => column.name, maxLength: 5 })
  .chain((columns) => {
    const names = columns.map((column) => column.name);
    const some =
      names.length === 0
        ? fc.constant<string[]>([])
        : fc.oneof(
            fc.constantFrom(...names).map((name) => [name]),
            fc.subarray(names, { minLength: 1 }),
          );
    return fc.record(
      {
        name: anyText,
        columns: fc.constant(columns),
        primaryKey: fc.oneof(some, fc.constant<string[]>([])),
        foreignKeys: fc.array(foreignKey(some), { maxLength: 3 }),
        uniques: fc.array(unique(some), { maxLength: 4 }),
        checks: fc.array(check, { maxLength: 2 }),
        indexes: fc.array(index(some), { maxLength: 2 }),
        comment: anyText,
        primaryKeyOptions,
      },
      { requiredKeys: ["name", "columns", "primaryKey", "foreignKeys", "uniques", "checks", "indexes"] },
    );
  })
  .map(({ primaryKeyOptions: options = {}, ...rest }) =>
    rest.primaryKey.length === 0 ? rest : withPrimaryKey(rest, { columns: rest.primaryKey, ...options }),
  );

const addColumn: fc.Arbitrary<Operation> = fc
  .tuple(anyText, columnNamed(anyText), sqlValue, anyText, action, fc.integer({ min: 0, max: 7 }))
  .map(([name, column, fill, constraint, onDelete, parts]) => ({
    kind: "addColumn",
    table: name,
    column,
    ...(parts & 1 ? { fill } : {}),
    ...(parts & 2
      ? {
          unique: {
            kind: "unique",
            columns: [column.name],
            ...(parts & 4 ? { name: constraint } : {}),
          },
        }
      : {}),
    ...(parts & 4
      ? {
          foreignKey: {
            kind: "foreignKey",
            columns: [column.name],
            references: { table: name, columns: [constraint] },
            onDelete,
            onUpdate: "noAction",
            ...(parts & 1 ? { name: constraint } : {}),
          },
        }
      : {}),
  }));

const texts = fc.array(anyText, { maxLength: 3 });
const statements = fc.oneof(texts, fc.record({ postgres: texts, sqlite: texts }));

const kind = <K extends Operation["kind"]>(value: K) => fc.constant(value);

/** Any operation that can be printed. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: kind("createTable"), table }),
  fc.record({ kind: kind("dropTable"), table: anyText }),
  fc.record({ kind: kind("renameTable"), from: anyText, to: anyText }),
  addColumn,
  fc.record({ kind: kind("dropColumn"), table: anyText, column: anyText }),
  fc.record(
    {
      kind: kind("alterColumn"),
      table: anyText,
      column: columnNamed(anyText),
      using: expression,
      fill: sqlValue,
    },
    { requiredKeys: ["kind", "table", "column"] },
  ),
  fc.record({ kind: kind("renameColumn"), table: anyText, from: anyText, to: anyText }),
  fc.record({ kind: kind("createIndex"), table: anyText, index: index(texts) }),
  fc.record({ kind: kind("dropIndex"), table: anyText, name: anyText }),
  fc.record({ kind: kind("renameIndex"), table: anyText, from: anyText, to: anyText }),
  fc.record({
    kind: kind("addConstraint"),
    table: anyText,
    constraint: fc.oneof(
      primaryKeyOptions.chain((options) =>
        fc
          .record({ kind: fc.constant("primaryKey" as const), columns: texts })
          .map((key) => ({ ...key, ...options })),
      ),
      unique(texts),
      check,
      foreignKey(texts),
    ),
  }),
  fc.record({ kind: kind("dropConstraint"), table: anyText, name: anyText }),
  fc.record({ kind: kind("createEnum"), type: fc.record({ name: anyText, values: texts }) }),
  fc.record({ kind: kind("alterEnum"), type: fc.record({ name: anyText, values: texts }) }),
  fc.record({ kind: kind("dropEnum"), name: anyText }),
  fc.record({ kind: kind("createExtension"), name: anyText }),
  fc.record({ kind: kind("dropExtension"), name: anyText }),
  fc.record(
    { kind: kind("alterComment"), table: anyText, comment: anyText },
    { requiredKeys: ["kind", "table"] },
  ),
  fc.record({
    kind: kind("createView"),
    view: fc.record(
      { name: anyText, definition: expression, materialized: fc.constant(true as const) },
      { requiredKeys: ["name", "definition"] },
    ),
  }),
  fc.record({ kind: kind("dropView"), name: anyText }),
  fc.record({
    kind: kind("createTrigger"),
    trigger: fc.record(
      {
        name: anyText,
        table: anyText,
        timing: fc.constantFrom("before" as const, "after" as const, "insteadOf" as const),
        events: fc.subarray(["insert", "update", "delete"] as const, { minLength: 1 }),
        columns: texts,
        forEach: fc.constant("statement" as const),
        when: expression,
        postgres: fc.oneof(anyText, fc.record({ execute: anyText })),
        sqlite: anyText,
      },
      { requiredKeys: ["name", "table", "timing", "events"] },
    ),
  }),
  fc.record({ kind: kind("dropTrigger"), table: anyText, name: anyText }),
  fc.record(
    { kind: kind("runSQL"), sql: statements, reverse: statements },
    { requiredKeys: ["kind", "sql"] },
  ),
);
