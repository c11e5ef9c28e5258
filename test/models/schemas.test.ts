import { expect, test } from "bun:test";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { ModelOptions } from "../../src/models/model-options.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";
import { indexName } from "../../src/schema/naming.ts";
import { tablesByName } from "../../src/schema/schema.ts";

const invoice = (options: Pick<ModelOptions, "table" | "schema">) =>
  defineModel(
    "Invoice",
    { number: fields.int({ index: true }), kind: fields.enum({ values: ["a"] }) },
    options,
  );

test.each([
  [{ schema: "billing" }, "billing.invoice"],
  [{ schema: "billing", table: "bill" }, "billing.bill"],
  [{ table: "billing.bill" }, "billing.bill"],
  [{ schema: "n".repeat(70), table: "t".repeat(70) }, expect.stringMatching(/^n{52}_\w{10}\.t{52}_\w{10}$/)],
])("the table of a model with %j", (options, table) => {
  const schema = schemaFromModels([invoice(options)]);
  expect([...schema.tables.keys()]).toEqual([table]);
  const name = [...schema.tables.keys()][0]?.split(".")[0] ?? "";
  expect([...schema.namespaces.values()]).toEqual([{ name }]);
});

test("names that are derived are those of a table in its schema; an enum lives in the current one", () => {
  const schema = schemaFromModels([invoice({ schema: "billing" })]);
  const [table] = tablesByName(schema);
  expect(table?.indexes.map((index) => indexName(table.name, index))).toEqual(["invoice_number_idx"]);
  expect([...schema.enums.keys()]).toEqual(["billing_invoice_kind"]);
});

test("a join table is in the schema of the model that declares it", () => {
  const tag = defineModel("Tag", { name: fields.text() });
  const post = defineModel("Post", { tags: fields.manyToMany("Tag") }, { schema: "blog" });
  const tables = tablesByName(schemaFromModels([tag, post]));
  expect(tables.map(({ name }) => name)).toEqual(["blog.post", "blog.post_tags", "tag"]);
  expect(tables[1]?.foreignKeys.map(({ references }) => references.table)).toEqual(["blog.post", "tag"]);
});

test("two schemas hold tables and indexes of the same names", () => {
  const own = defineModel("Own", { number: fields.int({ index: true }) }, { table: "invoice" });
  const other = defineModel("Other", { number: fields.int({ index: true }) }, { table: "sales.invoice" });
  const schema = schemaFromModels([own, other, invoice({ schema: "billing" })]);
  expect(schema.tables.size).toBe(3);
});

test.each([
  [{ schema: "a.b" }, 'the schema "a.b" has a dot, which stands between a schema and the name of a table'],
  [{ schema: "" }, "the option schema is empty"],
  [{ schema: "pg_temp" }, 'the schema "pg_temp" is a schema of PostgreSQL\'s own'],
  [
    { table: "information_schema.x" },
    'the table name "information_schema.x" is in information_schema, which is a schema of PostgreSQL\'s own',
  ],
  [
    { table: "a.b.c" },
    'the table name "a.b.c" has several dots: one stands between a schema and the name of the table',
  ],
  [
    { schema: "a", table: "b.c" },
    'the table name "a.b.c" has several dots: one stands between a schema and the name of the table',
  ],
  [{ table: "a." }, 'the table name "a." has a dot without a name on both sides of it'],
  [
    { table: "a.orm_migrations" },
    'the table name "a.orm_migrations" is reserved for the record of migrations',
  ],
])("a model with %j is refused", (options, problem) => {
  expect(() => invoice(options)).toThrow(`model Invoice: ${problem}`);
});
