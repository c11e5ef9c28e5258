import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { readYaml } from "../support/yaml.ts";

const ROOT = join(import.meta.dir, "../..");
const FOLDER = join(ROOT, ".github/workflows");

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly "timeout-minutes": number;
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

describe("the workflow", () => {
  for (const name of readdirSync(FOLDER)) {
    const workflow = readYaml<Workflow>(join(FOLDER, name));
    const jobs = Object.values(workflow.jobs);
    const steps = jobs.flatMap((job) => job.steps);

    test(`${name} may only read, unless a job says more, and ends by itself`, () => {
      expect(workflow.permissions).toEqual({ contents: "read" });
      for (const job of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    });

    test(`${name} uses actions at a commit, which nobody can move`, () => {
      for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w/-]+@[0-9a-f]{40}$/);
    });

    test(`${name} runs what there is`, () => {
      const scripts = steps.flatMap(({ run = "" }) =>
        [...run.matchAll(/npm run ([\w-]+)/g)].map(([, script = ""]) => script),
      );
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts) expect(Object.keys(manifest.scripts)).toContain(script);
      const files = steps.flatMap(({ run = "" }) => run.match(/(?<= )(build|\.ci)\/[\w./-]+/g) ?? []);
      for (const file of files) expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
    });
  }
});
