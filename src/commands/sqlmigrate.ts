import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { openProject } from "../project.ts";
import type { DialectName } from "../schema/expression.ts";
import { databaseUrlOf } from "../session.ts";
import type { Settings } from "../settings/settings.ts";
import { yaraCommand } from "./define.ts";

export const sqlmigrate = yaraCommand({
  name: "sqlmigrate",
  description: "Print the SQL of a migration. Connects to nothing.",
  examples: [
    { run: "sqlmigrate 0001 --dialect postgres", why: "the SQL for PostgreSQL" },
    { run: "sqlmigrate 0002_add_age --backward", why: "the SQL that takes it back" },
    { run: "sqlmigrate 1 | sqlite3 app.db", why: "run it with another tool" },
  ],
  args: {
    version: { type: "positional", required: true, description: "the migration (a name or a number)" },
    backward: { type: "boolean", description: "the SQL that reverts it" },
    dialect: {
      type: "string",
      valueHint: "postgres|sqlite",
      description: "where --db does not say it (default: sqlite)",
    },
  },
  async run(args, { events }) {
    await using project = await openProject(args, events, "none");
    const dialect = dialectOf(args.dialect, project.settings);
    const statements = await project.manager.sqlmigrate(args.version, {
      backward: args.backward === true,
      dialect,
    });
    return { lines: statements, data: { version: args.version, dialect, statements } };
  },
});

function dialectOf(given: string | undefined, settings: Settings): DialectName {
  if (given === "postgres" || given === "sqlite") return given;
  if (given !== undefined) throw new UsageError(`unknown dialect ${given}`, dialectHint(given));
  return databaseUrlOf(settings)?.dialect ?? "sqlite";
}

function dialectHint(given: string): string {
  const near = nearest(given, ["postgres", "sqlite"]);
  return near === undefined ? "--dialect takes postgres or sqlite" : `did you mean ${near}?`;
}
