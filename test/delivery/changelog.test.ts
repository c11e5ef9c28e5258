import { expect, test } from "bun:test";
import { join } from "node:path";
import { notesOf } from "../../build/release-notes.ts";
import { version } from "../../src/version.ts";
import { run } from "../support/binary.ts";

const ROOT = join(import.meta.dir, "../..");

async function releaseNotes(tag: string) {
  return await run([process.execPath, "run", "build/release-notes.ts", tag], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "" },
  });
}

test("the changelog begins with the version of the package", async () => {
  const changelog = await Bun.file(join(ROOT, "CHANGELOG.md")).text();
  const [newest] = [...changelog.matchAll(/^## \[(\d.*?)\] - \d{4}-\d\d-\d\d$/gm)].map(([, found]) => found);
  expect(newest).toBe(version);
});

test("the notes of a release are what the changelog says of it", async () => {
  const notes = await releaseNotes(`v${version}`);
  expect(notes).toMatchObject({ code: 0, stderr: "" });
  expect(notes.stdout).toContain("### Added\n");
  expect(notes.stdout).not.toContain("## [");
});

test("a tag of another version than the package's is refused", async () => {
  const notes = await releaseNotes("v9.9.9");
  expect(notes.code).not.toBe(0);
  expect(notes.stderr).toContain(`the tag is v9.9.9, and package.json has the version ${version}`);
});

test("a version without notes is refused", () => {
  expect(() => notesOf("2.0.0", "## [1.0.0] - 2026-01-01\n\nthe first\n")).toThrow(
    "CHANGELOG.md says nothing of 2.0.0",
  );
  expect(() => notesOf("1.0.0", "## [1.0.0] - 2026-01-01\n\n## [0.1.0] - 2025-01-01\n\nx\n")).toThrow(
    "says nothing of 1.0.0",
  );
});
