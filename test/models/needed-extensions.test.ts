import { expect, test } from "bun:test";
import { defineModel, fields, sql } from "../../src/index.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";

test("the extensions of a schema are those that its types, operator classes and functions tell, and the named ones", () => {
  const Place = defineModel(
    "ExtensionPlace",
    {
      id: fields.uuid({ pk: true, dbDefault: sql({ postgres: "uuid_generate_v4()", sqlite: "hex(1)" }) }),
      name: fields.raw({ postgres: "public.citext[]", sqlite: "TEXT" }),
      path: fields.raw({ postgres: "ltree", sqlite: "TEXT", null: true }),
      embedding: fields.raw({ postgres: "vector(3)", sqlite: "TEXT", null: true }),
      span: fields.raw({ postgres: "int4range", sqlite: "TEXT", null: true }),
      title: fields.text(),
      code: fields.int(),
    },
    {
      indexes: [
        { fields: [{ field: "title", opclass: "gin_trgm_ops" }], method: "gin" },
        { fields: ["code", "span"], method: "gist" },
        { fields: [{ expression: { postgres: "unaccent(title)", sqlite: "title" } }], name: "plain" },
      ],
      constraints: [{ check: { postgres: "title <> 'soundex(x)'", sqlite: "title <> ''" } }],
      extensions: ["earthdistance"],
    },
  );
  const Plain = defineModel("ExtensionPlain", { similarity: fields.int({ index: true }) });
  expect(schemaFromModels([Place, Plain]).extensions).toEqual([
    ...["btree_gist", "citext", "earthdistance", "ltree", "pg_trgm", "unaccent", "uuid-ossp", "vector"],
  ]);
});

test("a name that no extension has is refused", () => {
  const options = { extensions: ["x; DROP"] };
  expect(() => defineModel("ExtensionWrong", { a: fields.int() }, options)).toThrow(
    'model ExtensionWrong: "x; DROP" is no name of an extension',
  );
});
