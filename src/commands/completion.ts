import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { COMPLETION_SCRIPTS, SHELLS } from "./completion-scripts.ts";
import { yaraCommand } from "./define.ts";

/** The program of PowerShell is called otherwise, and more like other shells. */
const PROGRAM = "pwsh";

export const completion = yaraCommand({
  name: "completion",
  description: "Print a script with which a shell completes commands, options and names of migrations.",
  examples: [
    { run: "completion bash", why: "print the script, with how it is installed at its head" },
    { run: "completion zsh > _yara-orm", why: "into a file" },
    { run: "completion fish > yara-orm.fish", why: "into a file, for fish" },
  ],
  args: {
    shell: {
      type: "positional",
      required: true,
      valueHint: SHELLS.join("|"),
      description: "the shell; how the script is installed stands at its head",
    },
  },
  async run(args) {
    const shell = SHELLS.find((name) => name === args.shell);
    if (shell === undefined) {
      const near = args.shell.toLowerCase() === PROGRAM ? "powershell" : nearest(args.shell, SHELLS);
      throw new UsageError(
        `there is no completion for ${args.shell}`,
        near === undefined ? `there is one for ${SHELLS.join(", ")}` : `did you mean ${near}?`,
      );
    }
    const script = COMPLETION_SCRIPTS[shell];
    return { lines: [script.trimEnd()], data: { shell, script } };
  },
});
