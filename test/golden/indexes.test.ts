import { expect, test } from "bun:test";
import { defineModel } from "../../src/models/define-model.ts";
import { fields } from "../../src/models/fields.ts";
import type { ModelOptions } from "../../src/models/model-options.ts";
import { golden } from "../support/golden.ts";

const columns = { title: fields.text(), body: fields.text(), views: fields.int(), tags: fields.json() };
const post = (options: Omit<ModelOptions<keyof typeof columns>, "primaryKey"> = {}) => [
  defineModel("Post", columns, options),
];

test("indexes of every kind; SQLite leaves out what it cannot have, with a note", () => {
  expect(
    golden(
      post(),
      post({
        indexes: [
          ["title", "views"],
          { fields: ["title"], unique: true, where: "views > 0", name: "post_popular" },
          { fields: [{ expression: "lower(title)" }], name: "post_lower_title" },
          { fields: [{ field: "views", order: "desc", nulls: "last" }], include: ["title"] },
          { fields: ["tags"], method: "gin" },
          { fields: ["body"], method: "hash" },
        ],
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.createIndex("post", ["title", "views"]),
      m.createIndex("post", ["title"], { name: "post_popular", unique: true, where: "views > 0" }),
      m.createIndex("post", [{ expression: "lower(title)" }], { name: "post_lower_title" }),
      m.createIndex("post", [{ column: "views", order: "desc", nulls: "last" }], {
        include: ["title"],
      }),
      m.createIndex("post", ["tags"], { method: "gin" }),
      m.createIndex("post", ["body"], { method: "hash" }),
    ];

    -- postgres
    BEGIN;
    CREATE INDEX "post_title_views_idx" ON "post" ("title", "views");
    CREATE UNIQUE INDEX "post_popular" ON "post" ("title") WHERE (views > 0);
    CREATE INDEX "post_lower_title" ON "post" ((lower(title)));
    CREATE INDEX "post_views_idx" ON "post" ("views" DESC NULLS LAST) INCLUDE ("title");
    CREATE INDEX "post_tags_idx" ON "post" USING gin ("tags");
    CREATE INDEX "post_body_idx" ON "post" USING hash ("body");
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    -- note: index post_views_idx is made on SQLite without the columns that it includes, the place of its NULLs
    -- note: SQLite has no gin index: index post_tags_idx is left out
    -- note: index post_body_idx is made on SQLite without its method
    CREATE INDEX "post_title_views_idx" ON "post" ("title", "views");
    CREATE UNIQUE INDEX "post_popular" ON "post" ("title") WHERE (views > 0);
    CREATE INDEX "post_lower_title" ON "post" ((lower(title)));
    CREATE INDEX "post_views_idx" ON "post" ("views" DESC);
    CREATE INDEX "post_body_idx" ON "post" ("body");
    COMMIT;
    "
  `);
});

test("another definition is another index; another name is a rename", () => {
  expect(
    golden(
      post({ indexes: [{ fields: ["title"], name: "a" }, ["views"]] }),
      post({ indexes: [{ fields: ["title"], name: "b" }, ["views", "title"]] }),
    ),
  ).toMatchInlineSnapshot(`
    "
    export const operations = [
      m.dropIndex("post", "post_views_idx"),
      m.renameIndex("post", "a", "b"),
      m.createIndex("post", ["views", "title"]),
    ];

    -- postgres
    BEGIN;
    DROP INDEX "post_views_idx";
    ALTER INDEX "a" RENAME TO "b";
    CREATE INDEX "post_views_title_idx" ON "post" ("views", "title");
    COMMIT;

    -- sqlite
    BEGIN IMMEDIATE;
    DROP INDEX "a";
    DROP INDEX "post_views_idx";
    CREATE INDEX "b" ON "post" ("title");
    CREATE INDEX "post_views_title_idx" ON "post" ("views", "title");
    COMMIT;
    "
  `);
});
