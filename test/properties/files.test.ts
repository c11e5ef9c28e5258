import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { diffSchemas } from "../../src/autodetector/diff.ts";
import { loadMigrations } from "../../src/migrations/loader.ts";
import { dataEqual } from "../../src/schema/compare.ts";
import { EMPTY_SCHEMA } from "../../src/schema/schema.ts";
import { printMigration } from "../../src/source/migration-file.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { anyHistory } from "../support/arbitraries.ts";
import { PROPERTY_TIMEOUT, propertyOptions } from "../support/runs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test(
  "a written migration file loads to the operations that were printed, those of a new database too",
  async () => {
    installVirtualModule();
    const folder = temporaryFolder({});
    let number = 0;
    const property = fc.asyncProperty(anyHistory({ executable: true }), async ({ schema, operations }) => {
      const written = [...diffSchemas(EMPTY_SCHEMA, schema).operations, ...operations];
      number += 1;
      const name = `${String(number).padStart(4, "0")}_random`;
      const path = join(folder, `${name}.ts`);
      writeFileSync(path, printMigration({ dependencies: ["0000_other"], operations: written }));
      const [loaded] = await loadMigrations([{ name, number, path, isFile: true }]);
      expect(loaded?.dependencies).toEqual(["0000_other"]);
      if (!dataEqual(loaded?.operations, written)) expect(loaded?.operations).toEqual(written);
      expect(dataEqual(loaded?.operations, written)).toBe(true);
    });
    await fc.assert(property, propertyOptions);
  },
  PROPERTY_TIMEOUT,
);
