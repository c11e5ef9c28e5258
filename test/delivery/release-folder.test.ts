import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clearReleaseFolder } from "../../build/release.ts";
import { archiveName, TARGETS } from "../../build/targets.ts";
import { run } from "../support/binary.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** An earlier release, and what a build leaves that is stopped. */
const RELEASE = Object.fromEntries(
  [
    ...TARGETS.map((target) => archiveName(target, "9.8.7-rc.1")),
    "SHA256SUMS",
    "install.sh",
    "linux-x64/runtime",
  ].map((path) => [path, ""]),
);

test("the folder of a release is made, and one of an earlier release cleared", async () => {
  for (const folder of [join(temporaryFolder(), "a/new/one"), temporaryFolder(RELEASE)]) {
    await clearReleaseFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  }
});

for (const other of [".git/HEAD", "notes.txt", "yara-orm-9.8.7.txt", "release-linux-x64.tar.gz"]) {
  test(`a folder with ${other} is that of no release, and keeps all that it holds`, async () => {
    const folder = temporaryFolder({ ...RELEASE, [other]: "mine" });
    const before = readdirSync(folder, { recursive: true });
    await expect(clearReleaseFolder(folder)).rejects.toThrow(
      / is no folder of a release, as .* is in it: nothing/,
    );
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
}

test("the build refuses such a folder before it does anything", async () => {
  const cwd = temporaryFolder({ "notes.txt": "mine" });
  const build = join(import.meta.dir, "../../build.ts");
  const refused = await run([process.execPath, build, "--targets=linux-x64", "--out=."], { cwd });
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(`${cwd} is no folder of a release, as notes.txt is in it`);
  expect(readFileSync(join(cwd, "notes.txt"), "utf8")).toBe("mine");
});
