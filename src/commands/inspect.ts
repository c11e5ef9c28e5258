import { dirname } from "node:path";
import { createFile } from "../create-file.ts";
import { UsageError } from "../errors.ts";
import { cannotWrite, fileErrorCode, makeFolder } from "../file-error.ts";
import { hasEntry } from "../file-kind.ts";
import { openProject } from "../project.ts";
import { valuesOf } from "./arguments.ts";
import { yaraCommand } from "./define.ts";

export const inspect = yaraCommand({
  name: "inspect",
  description: "Print models of the tables that a database has. Changes nothing in it.",
  examples: [
    { run: "inspect --db sqlite:///app.db", why: "models of what is there" },
    { run: "inspect --db postgres://user@localhost/app --out models.ts", why: "the same into a new file" },
    {
      run: "inspect --schema billing --db postgres://user@localhost/app",
      why: "with the tables of another schema",
    },
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
    write(out, source);
    return { lines: [`created ${out}`], data: { ...data, created: out } };
  },
});

/** @throws UsageError where something is in the way: models are never overwritten */
function checkFree(out: string): void {
  if (out.trim() === "") throw new UsageError("--out is empty");
  if (hasEntry(out)) throw taken(out);
}

function taken(out: string): UsageError {
  return new UsageError(`${out} exists already`, "name another file, or remove this one first");
}

function write(out: string, source: string): void {
  makeFolder(dirname(out));
  try {
    createFile(out, source);
  } catch (error) {
    if (fileErrorCode(error) === "EEXIST") throw taken(out);
    throw cannotWrite(out, error);
  }
}

function firstLine(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  return rest.length === 0 ? first : `${first} ...`;
}
