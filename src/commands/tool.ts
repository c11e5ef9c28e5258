import type { Example } from "./define.ts";
import { globalArgs } from "./global-args.ts";

const EXAMPLES: readonly Example[] = [
  { run: "init", why: "once: make the folder of the migrations" },
  {
    run: "makemigrations --models models.ts",
    why: "write the migration that leads to the models; no database is needed",
  },
  { run: "upgrade --db sqlite:///app.db", why: "apply what is pending" },
  { run: "status --db sqlite:///app.db", why: "see where the database is" },
  { run: "downgrade --db sqlite:///app.db", why: "take the last one back" },
];

/** What is said of the tool itself, and checked of a command line that has no command. */
export const tool = {
  name: "yara-orm",
  description: "migrations from typed models, for PostgreSQL and SQLite",
  args: globalArgs,
  examples: EXAMPLES,
} as const;
