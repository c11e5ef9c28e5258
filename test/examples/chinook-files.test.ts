import { expect, test } from "bun:test";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as exported from "../../examples/chinook/models.ts";
import { Customer, Track } from "../../examples/chinook/models.ts";
import { MigrationManager } from "../../src/manager.ts";
import { defineModel } from "../../src/models/define-model.ts";
import type { Field } from "../../src/models/field.ts";
import { fields } from "../../src/models/fields.ts";
import { type AnyModel, isModel } from "../../src/models/model.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DIRECTORY = join(import.meta.dir, "../../examples/chinook/migrations");
const MODELS: readonly AnyModel[] = Object.values(exported).filter(isModel);

/** What each generated migration was made of: the models as they were, and the label where one was given. */
const GENERATED: ReadonlyMap<
  string,
  { models: readonly AnyModel[]; name?: string; noFill?: readonly string[] }
> = new Map([
  ["0001_initial", { models: modelsWith(customerWith(), trackWith({ milliseconds: fields.int() })) }],
  [
    "0002_customer_search_name",
    {
      models: modelsWith(
        customerWith(fields.char({ maxLength: 61, null: true })),
        trackWith({ milliseconds: fields.int() }),
      ),
    },
  ],
  [
    "0004_customer_search_name_idx",
    { models: modelsWith(Customer, trackWith({ milliseconds: fields.int() })) },
  ],
  [
    "0005_add_track_duration",
    {
      models: modelsWith(
        Customer,
        trackWith({
          milliseconds: fields.int({ null: true }),
          duration: fields.duration({ null: true }),
        }),
      ),
      name: "add_track_duration",
    },
  ],
  [
    "0007_drop_track_milliseconds",
    { models: MODELS, name: "drop_track_milliseconds", noFill: ["track.duration"] },
  ],
]);

test("every generated migration of Chinook is what makemigrations writes, and nothing is left to do", async () => {
  // The copies lie outside the project, where its name for itself does not resolve.
  installVirtualModule();
  const directory = temporaryFolder();
  const files = readdirSync(DIRECTORY).sort();
  for (const file of files) {
    const generated = GENERATED.get(file.replace(/\.ts$/, ""));
    if (generated === undefined) {
      copyFileSync(join(DIRECTORY, file), join(directory, file));
      continue;
    }
    const { models, ...options } = generated;
    expect(await new MigrationManager({ directory, models }).makeMigrations(options)).toBe(file);
    expect(readFileSync(join(directory, file), "utf8")).toBe(readFileSync(join(DIRECTORY, file), "utf8"));
  }
  expect(files.length - GENERATED.size).toBe(2);
  expect(await new MigrationManager({ directory, models: MODELS }).makeMigrations()).toBeNull();
});

function modelsWith(...replacements: readonly AnyModel[]): AnyModel[] {
  return MODELS.map((model) => replacements.find(({ name }) => name === model.name) ?? model);
}

function customerWith(searchName?: Field): AnyModel {
  const { searchName: _, ...others } = Customer.fields;
  return defineModel("Customer", searchName === undefined ? others : { ...others, searchName });
}

/** `milliseconds` stood before `bytes`. */
function trackWith({ milliseconds, duration }: { milliseconds: Field; duration?: Field }): AnyModel {
  const { bytes, unitPrice, duration: _, ...others } = Track.fields;
  const first = { ...others, milliseconds, bytes, unitPrice };
  return defineModel("Track", duration === undefined ? first : { ...first, duration });
}
