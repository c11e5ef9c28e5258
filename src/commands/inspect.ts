import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../errors.ts";
import { makeFolder } from "../file-error.ts";
import { openProject } from "../project.ts";
import { replaceFile } from "../replace-file.ts";
import { valuesOf } from "./arguments.ts";
import { yaraCommand } from "./define.ts";

export const inspect = yaraCommand({
  name: "inspect",
  description: "Print models of the tables that a database has. Changes nothing in it.",
  examples: [
    "inspect --db sqlite:///app.db",
    "inspect --db postgres://user@localhost/app --out models.ts",
    "inspect --schema billing",
  ],
  args: {
    schema: {
      type: "string",
      valueHint: "name",
      description: "read that schema, too, besides the first of the search path (repeatable; PostgreSQL)",
    },
    out: { type: "string", valueHint: "file", description: "write them into a new file" },
  },
  async run(args, { output, events }) {
    const { out } = args;
    if (out !== undefined) checkFree(out);
    await using project = await openProject(args, events, "readOnly");
    const { source, tables, unsupported } = await project.manager.inspect({ schemas: valuesOf(args.schema) });
    for (const { path, what } of unsupported) output.warn(`not expressed: ${path}: ${firstLine(what)}`);
    const data = { tables, unsupported };
    if (out === undefined) return { lines: [source.trimEnd()], data: { ...data, models: source } };
    await makeFolder(dirname(out));
    await replaceFile(out, source);
    return { lines: [`created ${out}`], data: { ...data, created: out } };
  },
});

/** @throws UsageError where something is in the way: models are never overwritten */
function checkFree(out: string): void {
  if (out.trim() === "") throw new UsageError("--out is empty");
  if (!existsSync(out)) return;
  throw new UsageError(`${out} exists already`, "name another file, or remove this one first");
}

function firstLine(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  return rest.length === 0 ? first : `${first} ...`;
}
