import { writeDeclarations } from "../declarations.ts";
import { openProject } from "../project.ts";
import { yaraCommand } from "./define.ts";

export const init = yaraCommand({
  name: "init",
  description: "Create the migrations directory.",
  examples: [
    { run: "init", why: "make the folder migrations" },
    {
      run: "init --dir db/migrations",
      why: "another folder: name it in each command, in YARA_DIR or in yara.config.ts",
    },
  ],
  async run(args, { output, events }) {
    await using project = await openProject(args, events, "none");
    const created = await project.manager.init();
    const { directory } = project.settings;
    const declarations = writeDeclarations(process.cwd());
    for (const file of declarations) output.note(`wrote ${file} for editors and tsc`);
    const line = created
      ? `created migrations directory: ${directory}`
      : `migrations directory exists: ${directory}`;
    return { lines: [line], data: { directory, created, declarations } };
  },
});
