import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { requireBinary, run, yaraOrm } from "../support/binary.ts";
import { describeDatabases } from "../support/databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readYaml } from "../support/yaml.ts";

const EXAMPLES = join(import.meta.dir, "../../examples");

const FILES = {
  "migrations/0001_initial.ts":
    'import { migrations as m } from "yara-orm";\nexport const operations = [m.createTable("a", { id: m.int({ pk: true }) })];\n',
};

interface Compose {
  readonly services: {
    readonly migrate: { readonly command: readonly string[]; readonly volumes: readonly string[] };
    readonly application: { readonly depends_on: { readonly migrate: { readonly condition: string } } };
  };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers: readonly [
          {
            readonly args: readonly string[];
            readonly volumeMounts: readonly { readonly mountPath: string }[];
          },
        ];
      };
    };
  };
}

const compose = readYaml<Compose>(join(EXAMPLES, "docker/compose.yaml"));
const deployment = readYaml<Deployment>(join(EXAMPLES, "kubernetes/deployment.yaml"));
const [initContainer] = deployment.spec.template.spec.initContainers;

describeDatabases("an example", (db) => {
  for (const [name, words] of [
    ["compose.yaml", compose.services.migrate.command],
    ["deployment.yaml", initContainer.args],
  ] as const) {
    test(`the command of ${name} migrates`, async () => {
      const cwd = temporaryFolder(FILES);
      const migrated = await yaraOrm(words, { cwd, env: { DATABASE_URL: await db.createUrl() } });
      expect(migrated).toMatchObject({ stdout: "applied: 0001_initial\n", code: 0 });
    });
  }
});

test("migrations are mounted where the image looks for them, and the application waits for their end", () => {
  expect(compose.services.migrate.volumes).toEqual(["./migrations:/app/migrations:ro"]);
  expect(compose.services.application.depends_on.migrate.condition).toBe("service_completed_successfully");
  expect(initContainer.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(["/app/migrations"]);
});

/** A folder with a project, and the environment in which the entrypoint finds the executable. */
function container(files: Readonly<Record<string, string>> = FILES) {
  const cwd = temporaryFolder(files);
  symlinkSync(requireBinary(), join(cwd, "yara-orm"));
  return { cwd, env: { PATH: `${cwd}${delimiter}${process.env.PATH}`, DATABASE_URL: "sqlite:///app.db" } };
}

const ENTRYPOINT = join(EXAMPLES, "docker/entrypoint.sh");

test("the entrypoint migrates, and then is the application", async () => {
  const { cwd, env } = container();
  const child = spawn(ENTRYPOINT, ["sh", "-c", 'echo "started as $$"; exit 7'], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  expect({ code, printed }).toEqual({ code: 7, printed: `applied: 0001_initial\nstarted as ${child.pid}\n` });
});

const SLEEPING = `import { migrations as m } from "yara-orm";
export const operations = [
  m.createTable("a", { id: m.int({ pk: true }) }),
  m.runCode(async ({ log }) => { log("ready"); await new Promise(() => {}); }),
];
`;

/** The shells of this machine in which the entrypoint may run. */
const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([shell = ""]) => Bun.which(shell) !== null,
);

for (const shell of SHELLS) {
  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const) {
    test(`the entrypoint as process number 1 passes ${signal} on, and starts nothing (${shell.join(" ")})`, async () => {
      const { cwd, env } = container({ "migrations/0001_initial.ts": SLEEPING });
      const isolated = ["--pid", "--fork", "--kill-child", "--mount-proc"];
      const child = spawn("unshare", [...isolated, ...shell, ENTRYPOINT, "sh", "-c", "echo started"], {
        cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [printed, told] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => {
        told += chunk.toString();
        if (!chunk.toString().includes("ready")) return;
        const { pid } = child;
        process.kill(Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")), signal);
      });
      expect(await new Promise((resolve) => child.once("close", resolve))).toBe(code);
      expect(told).toContain(`stopped by ${signal}`);
      expect(printed).toBe("");
      const heads = await yaraOrm(["heads"], { cwd, env });
      expect(heads).toMatchObject({ stdout: "  [ ] 0001_initial\n", code: 0 });
    });
  }
}

test("the entrypoint does not start an application whose database is not up to date", async () => {
  const { cwd, env } = container({ "migrations/0001_initial.ts": "export const operations = 7;\n" });
  const started = await run([ENTRYPOINT, "sh", "-c", "echo started"], { cwd, env });
  expect(started).toMatchObject({ code: 1, stdout: "" });
  expect(started.stderr).toContain("error: migrations/0001_initial.ts");
});
