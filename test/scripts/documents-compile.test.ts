import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { requireBinary, run } from "../support/binary.ts";
import { SCRIPT_TIMEOUT, scriptDocuments } from "../support/documents.ts";
import { parseScript } from "../support/script.ts";
import { temporaryFolder, write } from "../support/temporary-folder.ts";

const TSC = [process.execPath, join(import.meta.dir, "../../node_modules/typescript/bin/tsc")];

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files of the README and the guides; one that shows what is wrong says so in its name. */
const DOCUMENTS = [...scriptDocuments(false), ...scriptDocuments(true)]
  .filter(({ name }) => name === "README.md" || name.startsWith("docs/"))
  .map(({ name, document }) => ({ name, files: parseScript(document).flatMap(typescriptFile) }))
  .filter(({ files }) => files.length > 0);

function typescriptFile(step: ReturnType<typeof parseScript>[number]): SourceFile[] {
  return step.kind === "file" && /(?<!^wrong.*)\.ts$/.test(step.path) ? [step] : [];
}

/** What is in the folder before a file is replaced, each time, and in the end. */
function statesOf(files: readonly SourceFile[]): ReadonlyMap<string, string>[] {
  const states = [new Map<string, string>()];
  for (const { path, text } of files) {
    if (states.at(-1)?.has(path)) states.push(new Map(states.at(-1)));
    states.at(-1)?.set(path, text);
  }
  return states;
}

describe("the code compiles, with what init writes:", () => {
  test("there is some in the README and in most guides", () => {
    expect(DOCUMENTS.map(({ name }) => name)).toContain("README.md");
    expect(DOCUMENTS.length).toBeGreaterThan(10);
  });

  for (const { name, files } of DOCUMENTS) {
    test(
      name,
      async () => {
        const cwd = temporaryFolder();
        expect(await run([requireBinary(), "init"], { cwd })).toMatchObject({ code: 0 });
        for (const state of statesOf(files)) {
          for (const [path, text] of state) write(cwd, path, text);
          expect(await run([...TSC, "-p", ".", "--pretty", "false"], { cwd })).toEqual({
            stdout: "",
            stderr: "",
            code: 0,
          });
        }
      },
      SCRIPT_TIMEOUT,
    );
  }
});
