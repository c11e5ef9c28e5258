import { describe, expect, test } from "bun:test";
import { parseScript, runScript } from "./script.ts";

function script(...lines: string[]): string {
  return ["# Title", "```console", ...lines, "```", ""].join("\n");
}

describe("a script", () => {
  test("is read from a document", () => {
    const document = `Text with \`code\`.

\`\`\`ts a folder/models.ts
const a = 1;
\`\`\`

\`\`\`ts
ignored();
\`\`\`

\`\`\`console
$ first --option
one

two
[exit 2]

$ second
\`\`\`
`;
    expect(parseScript(document)).toEqual([
      { kind: "file", path: "a folder/models.ts", text: "const a = 1;\n" },
      { kind: "command", command: "first --option", expected: ["one", "", "two", "[exit 2]"] },
      { kind: "command", command: "second", expected: [] },
    ]);
  });

  test("passes where everything is as it says", async () => {
    await runScript(
      parseScript(
        script(
          "$ echo one; echo aside >&2; echo two",
          "one",
          "two",
          "$ echo one; echo aside >&2; exit 3",
          "one",
          "[stderr] aside",
          "[exit 3]",
          "$ echo '  [x] a (applied 2026-11-23T10:00:00.000Z)'; pwd; seq 3; seq 9",
          "  [x] a (applied <time>)",
          "$FOLDER",
          "<...>",
          "8",
          "<...>9",
          "$ false",
          "[exit 1]",
          "$ true",
        ),
      ),
    );
  });

  const wrong: Readonly<Record<string, string[]>> = {
    "output is missing": ["$ true", "one"],
    "output is another": ["$ echo two", "one"],
    "there is more output": ["$ echo one; echo two", "one"],
    "nothing is expected": ["$ echo one"],
    "the exit code is another": ["$ echo one; exit 1", "one", "[exit 2]"],
    "the exit code is not 0": ["$ echo one; exit 1", "one"],
    "the exit code is 0": ["$ echo one", "one", "[exit 1]"],
    "an error is another": ["$ echo one >&2", "[stderr] two"],
    "there are more errors": ["$ echo one >&2; echo two >&2", "[stderr] one"],
    "a moment is none": ["$ echo yesterday", "<time>"],
    "a pattern is a text": ["$ echo axb", "a.b"],
    "a later command is wrong": ["$ true", "$ echo one", "two"],
  };
  for (const [what, lines] of Object.entries(wrong)) {
    test(`fails where ${what}`, async () => {
      const failed = await runScript(parseScript(script(...lines))).then(
        () => false,
        () => true,
      );
      expect(failed).toBe(true);
    });
  }
});
