import { isSqliteUrl } from "../connection/is-sqlite-url.ts";
import { openProject } from "../project.ts";
import type { VerifiedMigration } from "../verifier/verify.ts";
import { yaraCommand } from "./define.ts";

export const verify = yaraCommand({
  name: "verify",
  description: "Run migrations forward, back and forward again on a scratch database, and compare.",
  examples: [
    { run: "verify", why: "try every migration forward, back and forward again, on SQLite in memory" },
    { run: "verify 0002_user_age", why: "only this one" },
    {
      run: "verify --db postgres://user@localhost/app",
      why: "on PostgreSQL, in a schema that is dropped afterwards",
    },
  ],
  args: {
    version: {
      type: "positional",
      required: false,
      description: "only this migration (a name or a number)",
    },
  },
  async run(args, { output, events }) {
    await using project = await openProject(args, events, "none");
    const { database } = project.settings;
    const verified = await project.manager.verify({
      target: args.version,
      // A database that only the environment names may be one that nobody wants to try things on.
      database: args.db,
      lenient: database !== undefined && !isSqliteUrl(database),
      onScratch: (connection) => events.onConnection(connection),
      onNotice: (message) => events.onNotice(message),
    });
    if (verified.length === 0) output.note("there is no migration");
    for (const { name, notes } of verified) for (const note of notes) output.note(`${name}: ${note}`);
    return { lines: verified.map(lineFor), data: { verified } };
  },
});

function lineFor({ name, database, outcome }: VerifiedMigration): string {
  switch (outcome) {
    case "reversible":
      return `${name} holds on ${database}: forward, back and forward again`;
    case "forwardOnly":
      return `${name} holds on ${database}: forward only, it cannot be reverted`;
    case "skipped":
      return `${name} is not verified on ${database}`;
  }
}
