import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { TARGETS } from "../../build/targets.ts";
import { version } from "../../src/version.ts";
import { type Finished, requireBinary, run } from "../support/binary.ts";
import { archivesOfAll, serveRelease } from "../support/release-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readYaml } from "../support/yaml.ts";

const ROOT = join(import.meta.dir, "../..");

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly [install: Step, command: Step] };
}

const { inputs, runs } = readYaml<Action>(join(ROOT, "action.yml"));
const [install, command] = runs.steps;

/** Runs a step as a runner does: with the variables that it has, and in strict bash. */
async function runStep(step: Step, cwd: string, env: Readonly<Record<string, string>>): Promise<Finished> {
  const bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.run];
  expect(Object.keys(step.env).filter((name) => !(name in env))).toEqual([]);
  return await run(bash, { cwd, env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env } });
}

/** Installs from a server that has a release of this version and of another. */
async function installs(given: { readonly VERSION: string; readonly ACTION_REF: string }) {
  const server = serveRelease(version, await archivesOfAll(TARGETS, version));
  const folder = temporaryFolder({ path: "", output: "" });
  const finished = await runStep(install, folder, {
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_PATH: join(folder, "path"),
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_SERVER_URL: "http://127.0.0.1:1",
    RUNNER_TEMP: folder,
    ACTION_REPOSITORY: "owner/yara-orm",
    YARA_ORM_RELEASES: server.url,
    ...given,
  });
  const [path, output] = await Promise.all(
    ["path", "output"].map((name) => Bun.file(join(folder, name)).text()),
  );
  return { finished, folder, path, output, requested: server.requested };
}

test("the action installs the newest version", async () => {
  const { finished, folder, path, output, requested } = await installs({ VERSION: "", ACTION_REF: "main" });
  expect(finished).toMatchObject({ code: 0 });
  expect(path).toBe(`${join(folder, "yara-orm")}\n`);
  expect(output).toStartWith(`version=${version} for `);
  expect(requested[0]).toBe("latest/download/SHA256SUMS");
});

test("the action installs the version of its tag, or the one that is asked for", async () => {
  const tagged = await installs({ VERSION: "", ACTION_REF: `v${version}` });
  expect(tagged.requested[0]).toBe(`download/v${version}/SHA256SUMS`);
  const asked = await installs({ VERSION: "7.7.7", ACTION_REF: `v${version}` });
  expect(asked.requested[0]).toBe("download/v7.7.7/SHA256SUMS");
  expect(asked.finished.code).not.toBe(0);
});

test("the action runs a command, whose exit code is the step's", async () => {
  const folder = temporaryFolder({
    "models.ts":
      'import { defineModel, fields } from "yara-orm";\nexport const User = defineModel("User", { name: fields.text() });\n',
  });
  symlinkSync(requireBinary(), join(folder, "yara-orm"));
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}` };
  const check = await runStep(command, folder, { ...env, WORDS: "check" });
  expect(check).toMatchObject({ code: 4 });
  expect(check.stderr).toContain("the models need a migration");
  expect(await runStep(command, folder, { ...env, WORDS: "makemigrations  --quiet" })).toMatchObject({
    code: 0,
  });
  expect(await runStep(command, folder, { ...env, WORDS: "upgrade --db *.db" })).toMatchObject({
    code: 0,
    stdout: "applied: 0001_initial\n",
  });
  expect(await Bun.file(join(folder, "*.db")).exists()).toBe(true);
});

test("every input of the action has a default", () => {
  expect(Object.values(inputs).map((input) => typeof input.default)).toEqual(["string", "string", "string"]);
});
