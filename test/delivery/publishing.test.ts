import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "../support/binary.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readYaml } from "../support/yaml.ts";

const WORKFLOW = join(import.meta.dir, "../../.github/workflows/release.yml");

interface Workflow {
  readonly jobs: { readonly release: { readonly steps: readonly { readonly run?: string }[] } };
}

/** The steps that come after the build, from the one on that decides who is to get the release. */
function publishingSteps(): string[] {
  const steps = readYaml<Workflow>(WORKFLOW).jobs.release.steps.flatMap(({ run: text = [] }) => text);
  return steps.slice(steps.findIndex((text) => text.includes("GITHUB_ENV")));
}

/** Programs that only write down how they are called; those of `answers` answer to that. */
function programs(answers: Readonly<Record<string, string>>): string {
  const record = `#!/bin/sh\necho "\${0##*/} $*" >> calls\n`;
  const names = ["gh", "npm", "docker", "sh"];
  const folder = temporaryFolder(
    Object.fromEntries(names.map((name) => [name, record + (answers[name] ?? "")])),
  );
  for (const name of names) chmodSync(join(folder, name), 0o755);
  return folder;
}

/** What the workflow calls for a tag, in the order in which it does. */
async function callsFor(tag: string, answers: Readonly<Record<string, string>>): Promise<string[]> {
  const cwd = temporaryFolder({ "dist/release/SHA256SUMS": "", variables: "", calls: "" });
  const PATH = `${programs(answers)}${delimiter}${process.env.PATH}`;
  for (const step of publishingSteps()) {
    const env = Object.fromEntries(
      readFileSync(join(cwd, "variables"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split("=", 2)),
    );
    // As GitHub runs a step.
    const finished = await run([Bun.which("bash") ?? "bash", "-e", "-c", step], {
      cwd,
      env: {
        PATH,
        GITHUB_ENV: join(cwd, "variables"),
        GITHUB_REF_NAME: tag,
        GITHUB_REPOSITORY: "Owner/yara-orm",
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_ACTOR: "owner",
        TOKEN: "secret",
        ...env,
      },
    });
    expect([step, finished.stderr, finished.code]).toEqual([step, "", 0]);
  }
  const calls = readFileSync(join(cwd, "calls"), "utf8").trimEnd().split("\n");
  return calls.filter((call) => !/^(npm pkg|docker login|docker buildx create)/.test(call));
}

const FIRST = { gh: 'case "$*" in *view*) exit 1 ;; esac\n', npm: "" };
const AGAIN = { gh: "", npm: 'case "$*" in *view*) echo yara-orm ;; esac\n' };

function builtImage(version: string, channel: string): string {
  const label = "--label org.opencontainers.image.source=https://github.com/Owner/yara-orm";
  const tags = `--tag ghcr.io/owner/yara-orm:${version} --tag ghcr.io/owner/yara-orm:${channel}`;
  return `docker buildx build --push --platform linux/amd64,linux/arm64 ${label} ${tags} .`;
}

describe("what a tag publishes", () => {
  test("is seen when all of it is there", async () => {
    expect(await callsFor("v1.2.3", FIRST)).toEqual([
      "gh release view v1.2.3",
      "gh release create v1.2.3 --draft --verify-tag --prerelease=false --title v1.2.3 --notes-file notes.md",
      "gh release upload v1.2.3 dist/release/SHA256SUMS --clobber",
      "npm view yara-orm@1.2.3 name",
      "npm publish --provenance --access public --tag latest",
      "sh build/image.sh dist/release dist/image",
      builtImage("1.2.3", "latest"),
      "gh release edit v1.2.3 --draft=false --prerelease=false --latest=true",
    ]);
  });

  test("is for whoever asks for it where the version is not finished", async () => {
    expect(await callsFor("v2.0.0-rc.1", FIRST)).toEqual([
      "gh release view v2.0.0-rc.1",
      "gh release create v2.0.0-rc.1 --draft --verify-tag --prerelease=true --title v2.0.0-rc.1 --notes-file notes.md",
      "gh release upload v2.0.0-rc.1 dist/release/SHA256SUMS --clobber",
      "npm view yara-orm@2.0.0-rc.1 name",
      "npm publish --provenance --access public --tag next",
      "sh build/image.sh dist/release dist/image",
      builtImage("2.0.0-rc.1", "next"),
      "gh release edit v2.0.0-rc.1 --draft=false --prerelease=true --latest=false",
    ]);
  });

  test("is published by a second run where the first has broken off, and nothing of it twice", async () => {
    expect(await callsFor("v1.2.3", AGAIN)).toEqual([
      "gh release view v1.2.3",
      "gh release upload v1.2.3 dist/release/SHA256SUMS --clobber",
      "npm view yara-orm@1.2.3 name",
      "sh build/image.sh dist/release dist/image",
      builtImage("1.2.3", "latest"),
      "gh release edit v1.2.3 --draft=false --prerelease=false --latest=true",
    ]);
  });
});
