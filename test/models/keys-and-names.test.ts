import { describe, expect, expectTypeOf, test } from "bun:test";
import { ModelError } from "../../src/errors.ts";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { AnyModel, CreateOf, RowOf } from "../../src/models/model.ts";
import { schemaFromModels } from "../../src/models/to-schema.ts";

function onlyTable(...models: AnyModel[]) {
  return [...schemaFromModels(models).tables.values()].at(-1);
}

describe("a key that the application numbers", () => {
  const Numbered = defineModel("AppNumbered", {
    id: fields.bigInt({ pk: true, autoIncrement: false }),
    serial: fields.int({ autoIncrement: true }),
  });

  test("does not count, and another column may", () => {
    expect(onlyTable(Numbered)?.columns.map((column) => column.autoIncrement)).toEqual([undefined, true]);
  });

  test("has to be given", () => {
    expectTypeOf<CreateOf<typeof Numbered>>().toEqualTypeOf<{ id: bigint; serial?: number | undefined }>();
  });

  test("neither NULL nor a default goes with counting", () => {
    for (const options of [{ null: true }, { default: 1 }, { dbDefault: 1 }]) {
      expect(() => defineModel("Miscounted", { a: fields.int({ autoIncrement: true, ...options }) })).toThrow(
        ModelError,
      );
    }
  });
});

describe("what a primary key says of itself", () => {
  test("its name where it is not the derived one, and when it is checked", () => {
    const primaryKey = { name: "pk_named", deferrable: "deferred" } as const;
    const Named = defineModel("Named", { name: fields.text() }, { primaryKey });
    expect(onlyTable(Named)).toMatchObject({ primaryKey: ["id"], primaryKeyOptions: primaryKey });
    expectTypeOf<RowOf<typeof Named>>().toEqualTypeOf<{ id: number; name: string }>();
    const Derived = defineModel("DerivedKey", {}, { primaryKey: { name: "derived_key_pkey" } });
    expect(onlyTable(Derived)).not.toHaveProperty("primaryKeyOptions");
  });

  test("nothing refers to a key that is checked later, for PostgreSQL has no such foreign key", () => {
    const Late = defineModel("LateKey", {}, { primaryKey: { deferrable: "immediate" } });
    const Reference = defineModel("LateReference", { late: fields.foreignKey(() => Late) });
    expect(() => schemaFromModels([Late, Reference])).toThrow("which is no key of it");
  });

  test("anything else is refused", () => {
    const declare = (primaryKey: object) => () => defineModel("Odd", {}, { primaryKey });
    expect(declare({ nam: "a" })).toThrow('the option primaryKey: there is no "nam"');
    expect(declare({ name: "" })).toThrow("the name of the primary key");
    expect(declare({ deferrable: "later" })).toThrow('deferrable of the primary key is "later"');
  });
});

describe("a table without a key", () => {
  const Log = defineModel("KeylessLog", { id: fields.int(), text: fields.text() }, { primaryKey: false });

  test("gets none", () => {
    expect(onlyTable(Log)).toMatchObject({ primaryKey: [], columns: [{ name: "id" }, { name: "text" }] });
    expectTypeOf<RowOf<typeof Log>>().toEqualTypeOf<{ id: number; text: string }>();
    expectTypeOf<CreateOf<typeof Log>>().toEqualTypeOf<{ id: number; text: string }>();
  });

  test("cannot have one, and nothing can refer to it", () => {
    expect(() => defineModel("Keyed", { a: fields.int({ pk: true }) }, { primaryKey: false })).toThrow(
      "Keyed.a: pk and the option primaryKey: false exclude each other",
    );
    const Reference = defineModel("LogReference", { log: fields.foreignKey("KeylessLog") });
    expect(() => schemaFromModels([Log, Reference])).toThrow(ModelError);
    expect(() => defineModel("Unsure", {}, { primaryKey: 1 as unknown as false })).toThrow(
      "the option primaryKey is neither a boolean nor an object",
    );
  });

  test("an index on the key that it does not have is no index", () => {
    const indexes = [["id"]] as const;
    // @ts-expect-error there is no id
    const declare = () => defineModel("Idless", { a: fields.int() }, { primaryKey: false, indexes });
    expect(declare).toThrow('names the field "id"');
  });
});

test("a foreign key has a name of its own, unless it is the derived one", () => {
  const Target = defineModel("NamedTarget", { a: fields.int() });
  const keysWith = (name: string) =>
    onlyTable(Target, defineModel("NamedSource", { to: fields.foreignKey("NamedTarget", { name }) }))
      ?.foreignKeys;
  expect(keysWith("fk_1")).toMatchObject([{ name: "fk_1", columns: ["to_id"] }]);
  expect(keysWith("named_source_to_id_fkey")?.[0]?.name).toBeUndefined();
});
