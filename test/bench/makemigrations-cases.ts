import { join } from "node:path";
import type { Bench, Case } from "./bench.ts";
import { runToEnd, type Subject } from "./measure.ts";
import { longHistory, modelsOf, replaceFolder, type Tool, writeFiles } from "./projects.ts";

type Change = "first" | "one-changed" | "nothing-changed";

const CHANGES: readonly Change[] = ["first", "one-changed", "nothing-changed"];
const TABLES = [10, 100, 1000] as const;

/** At least five times as fast as the others. */
const GOAL = 1 / 5;

/** How many files a long history has. */
const FILES = 1000;

/** `makemigrations` by the number of tables, and with a long history. */
export const makemigrationsCases: readonly Case[] = [
  ...CHANGES.flatMap((change) =>
    TABLES.map(
      (tables): Case => ({
        id: `makemigrations/${change}/${tables}`,
        goals: [
          { to: "drizzle-kit", most: GOAL },
          { to: "django", most: GOAL },
        ],
        async prepare(bench) {
          const tools: Tool[] = [
            "yara",
            "drizzle",
            ...(bench.peers.python === undefined ? [] : ["django" as const]),
          ];
          return await Promise.all(tools.map((tool) => generating(bench, tool, change, tables)));
        },
      }),
    ),
  ),
  ...CHANGES.map(
    (change): Case => ({
      id: `makemigrations/${change}/1000-to-100`,
      goals: [{ to: "with 100 tables", most: 10 }],
      async prepare(bench) {
        return [
          await generating(bench, "yara", change, 1000),
          { ...(await generating(bench, "yara", change, 100)), name: "with 100 tables" },
        ];
      },
    }),
  ),
  {
    id: `long-history/makemigrations/${FILES}`,
    goals: [{ to: "django", most: GOAL }],
    async prepare(bench) {
      return (await longProjects(bench)).map(({ tool, cwd }) => commandOf(bench, tool, cwd));
    },
  },
  {
    id: `long-history/sqlmigrate/${FILES}`,
    goals: [{ to: "django", most: GOAL }],
    async prepare(bench) {
      const last = `${String(FILES).padStart(4, "0")}_step`;
      return (await longProjects(bench)).map(({ tool, cwd }): Subject => {
        if (tool === "yara") return { name: "yara-orm", command: [bench.binary, "sqlmigrate", last], cwd };
        const { python = "python3" } = bench.peers;
        const command = [python, "-m", "django", "sqlmigrate", "shop", last];
        return { name: "django", command, cwd, env: djangoEnvironment(cwd) };
      });
    },
  },
];

async function longProjects(bench: Bench) {
  const tools = ["yara", ...(bench.peers.python === undefined ? [] : (["django"] as const))] as const;
  return await Promise.all(
    tools.map(async (tool) => {
      const cwd = await bench.project(`peers/long-${tool}`, (folder) =>
        writeFiles(folder, longHistory(tool, FILES)),
      );
      return { tool, cwd };
    }),
  );
}

/** The command that writes a migration, in a project that is brought back to where it was before each run. */
async function generating(bench: Bench, tool: Tool, change: Change, tables: number): Promise<Subject> {
  const name = `peers/${tool}-${change}-${tables}`;
  const base = await bench.project(`${name}-base`, (folder) => {
    writeFiles(folder, modelsOf(tool, tables, 100));
    if (change === "first") return;
    // Django's first migration of many tables takes minutes: what it would write is made by hand.
    if (tool === "django") writeFiles(folder, { "shop/migrations/0001_initial.py": djangoInitial(tables) });
    else runToEnd(commandOf(bench, tool, folder));
    if (change === "one-changed") writeFiles(folder, modelsOf(tool, tables, 120));
  });
  const cwd = join(bench.folder, name);
  return { ...commandOf(bench, tool, cwd), reset: () => replaceFolder(base, cwd) };
}

function commandOf(bench: Bench, tool: Tool, cwd: string): Subject {
  switch (tool) {
    case "yara":
      return { name: "yara-orm", command: [bench.binary, "makemigrations", "--models", "models.ts"], cwd };
    case "drizzle":
      return {
        name: "drizzle-kit",
        command: ["node", join(bench.peers.modules, "drizzle-kit/bin.cjs"), "generate"],
        cwd,
      };
    case "django": {
      const { python = "python3" } = bench.peers;
      return {
        name: "django",
        command: [python, "-m", "django", "makemigrations"],
        cwd,
        env: djangoEnvironment(cwd),
      };
    }
  }
}

function djangoEnvironment(cwd: string): Record<string, string> {
  return { PYTHONPATH: cwd, DJANGO_SETTINGS_MODULE: "settings" };
}

/** What Django writes for the models of `modelsOf`. */
function djangoInitial(tables: number): string {
  const models = Array.from(
    { length: tables },
    (_, at) => `        migrations.CreateModel(
            name="M${at}",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("email", models.CharField(max_length=255, unique=True)),
                ("age", models.IntegerField(null=True)),
                ("price", models.DecimalField(decimal_places=2, max_digits=10)),
                ("active", models.BooleanField(default=True)),
                ("created", models.DateTimeField()),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="shop.m${Math.max(0, at - 1)}")),
            ],
            options={"indexes": [models.Index(fields=["name", "age"], name="m${at}_name_age")]},
        ),
`,
  );
  return `from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
${models.join("")}    ]
`;
}
