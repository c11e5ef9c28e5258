import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { readYaml } from "../support/yaml.ts";

const ROOT = join(import.meta.dir, "../..");
const FOLDER = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        /** Another workflow, in the place of steps. */
        readonly uses?: string;
        readonly needs?: string;
        readonly "timeout-minutes"?: number;
        readonly steps?: readonly Step[];
      }
    >
  >;
}

describe("the workflow", () => {
  for (const name of readdirSync(FOLDER)) {
    const workflow = readYaml<Workflow>(join(FOLDER, name));
    const jobs = Object.values(workflow.jobs);
    const steps = jobs.flatMap((job) => job.steps ?? []);

    test(`${name} may only read, unless a job says more, and ends by itself`, () => {
      expect(workflow.permissions).toEqual({ contents: "read" });
      for (const job of jobs) {
        if (job.uses === undefined) expect(job["timeout-minutes"]).toBeGreaterThan(0);
      }
    });

    test(`${name} uses actions at a commit, which nobody can move`, () => {
      for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w/-]+@[0-9a-f]{40}$/);
    });

    test(`${name} runs what there is`, () => {
      const runs = steps.flatMap(({ run = "" }) => run);
      const matches = (pattern: RegExp) =>
        runs.flatMap((run) => [...run.matchAll(pattern)].map(([, found = ""]) => found));
      const scripts = matches(/\bnpm run ([\w-]+)/g);
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts) expect(Object.keys(manifest.scripts)).toContain(script);
      for (const file of matches(/(?:^|\s)((?:build|test|\.ci|\.github)\/[\w./-]+)/gm))
        expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      for (const { uses } of jobs.filter((job) => job.uses !== undefined)) {
        const called = readYaml<Workflow>(join(ROOT, uses ?? ""));
        expect(Object.keys(called.on)).toContain("workflow_call");
      }
    });
  }
});

test("a release is made of what the tests have passed, as the lock file says", () => {
  const { jobs } = readYaml<Workflow>(join(FOLDER, "release.yml"));
  expect(jobs).toMatchObject({ ci: { uses: "./.github/workflows/ci.yml" }, release: { needs: "ci" } });
  const runs = (jobs.release?.steps ?? []).map(({ run }) => run);
  expect(runs).toContain("npm ci");
  expect(runs).not.toContain("npm install");
  expect(readFileSync(join(ROOT, "package-lock.json"), "utf8")).toContain(`"version": "${manifest.version}"`);
});
