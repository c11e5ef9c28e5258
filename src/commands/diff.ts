import { CheckFailedError } from "../errors.ts";
import { openProject } from "../project.ts";
import { describeFound } from "../verifier/difference.ts";
import { yaraCommand } from "./define.ts";

export const diff = yaraCommand({
  name: "diff",
  description: "Compare the database with what its applied migrations make. Changes nothing.",
  examples: [
    { run: "diff --db sqlite:///app.db", why: "has somebody changed the database by hand?" },
    { run: "diff --sql", why: "the SQL that would mend that" },
    { run: "diff --json", why: "the same for a program" },
  ],
  args: {
    sql: { type: "boolean", description: "print the SQL that would mend the database" },
  },
  async run(args, { output, events }) {
    await using project = await openProject(args, events, "readOnly");
    const drift = await project.manager.diff();
    const { differences, unsupported } = drift;
    if (unsupported.length > 0) {
      output.note(
        `not compared: what no migration can say (${unsupported.length}); yara-orm inspect lists them`,
      );
    }
    if (differences.length === 0) return { lines: ["no drift detected"], data: { ...drift } };
    output.lines(args.sql === true ? drift.sql : differences.map(describeFound));
    throw new CheckFailedError(
      `the database differs from its migrations in ${differences.length} ${differences.length === 1 ? "place" : "places"}`,
      { ...drift },
      args.sql === true
        ? "look at every statement before you run it"
        : "+ is in the database only, - is missing there, ~ is different; yara-orm diff --sql prints what would mend it",
    );
  },
});
