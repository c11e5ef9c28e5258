import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { UsageError } from "../../src/errors.ts";
import { checkLabel, labelFor } from "../../src/migrations/label.ts";
import { parseMigrationName } from "../../src/migrations/name.ts";
import { migrations as m } from "../../src/operations/build.ts";
import { operation } from "../source/arbitraries.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";

const table = (name: string) => m.createTable(name, { id: m.int({ pk: true }) });

describe("labelFor", () => {
  test.each([
    ["user_age", [m.addColumn("user", "age", m.int())]],
    ["post_and_tag", [table("post"), table("tag")]],
    ["remove_user_age", [m.dropColumn("user", "age")]],
    ["delete_post", [m.dropTable("post")]],
    ["alter_user_age", [m.alterColumn("user", "age", m.bigInt())]],
    ["user_email_idx", [m.createIndex("user", ["email"])]],
    ["remove_user_email_idx", [m.dropIndex("user", "user_email_idx")]],
    ["user_email_key", [m.addConstraint("user", { unique: ["email"] })]],
    ["rename_user_member", [m.renameTable("user", "member")]],
    ["rename_user_name_full_name", [m.renameColumn("user", "name", "full_name")]],
    ["alter_user_comment", [m.alterComment("user")]],
    ["auto", [m.runSQL("SELECT 1")]],
    ["auto", []],
  ])("%s", (label, operations) => {
    expect(labelFor(operations)).toBe(label);
  });

  test("what happens to a table that comes or goes in the same migration is not mentioned", () => {
    const label = labelFor([
      table("post"),
      m.createIndex("post", ["id"]),
      m.addConstraint("post", { unique: ["id"] }),
      m.dropIndex("tag", "tag_idx"),
      m.dropTable("tag"),
      m.addColumn("user", "age", m.int()),
    ]);
    expect(label).toBe("post_and_delete_tag_and_user_age");
  });

  test("long ones are cut between fragments", () => {
    const label = labelFor(["customer", "invoice", "invoice_line", "playlist", "media"].map(table));
    expect(label).toBe("customer_and_invoice_and_invoice_line_and_more");
    expect(labelFor([table("x".repeat(80))])).toBe("x".repeat(50));
    expect(labelFor([table("x".repeat(80)), table("y")])).toBe(`${"x".repeat(41)}_and_more`);
  });

  test("other alphabets and hostile names leave a plain label", () => {
    expect(labelFor([table("Été 2024")])).toBe("ete_2024");
    expect(labelFor([table("../../etc"), table("名前")])).toBe("etc");
    expect(labelFor([table("名前")])).toBe("auto");
  });

  test(
    "every label makes a valid name",
    () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 4 }), (operations) => {
          const label = labelFor(operations);
          expect(label).toMatch(/^[a-z0-9]([a-z0-9_]{0,48}[a-z0-9])?$/);
          expect(parseMigrationName(`0001_${label}`)?.label).toBe(label);
          expect(checkLabel(label)).toBe(label);
        }),
        propertyOptions,
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe("checkLabel", () => {
  test("keeps what may be part of a file name and turns spaces into underscores", () => {
    expect(checkLabel(" add user Age-2 ")).toBe("add_user_Age-2");
  });

  test.each(["", "  ", "a/b", "a\\b", "..", "a\nb", "a\u0000", "a.ts", "é", "x".repeat(101)])(
    "refuses %p",
    (given) => {
      expect(() => checkLabel(given)).toThrow(UsageError);
    },
  );

  test("shows what was refused without its control characters, and says what is allowed", () => {
    expect(() => checkLabel("../a\u001b[31m")).toThrow('"../a\\u001b[31m" cannot be the name of a migration');
    try {
      checkLabel("a/b");
      expect.unreachable();
    } catch (error) {
      expect(error).toHaveProperty(
        "hint",
        'use letters, digits, "_" and "-", at most 100 of them, as in add_age',
      );
    }
  });
});
