import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Details } from "../../src/executor/details.ts";
import { Recorder } from "../../src/executor/recorder.ts";
import { unitsForward } from "../../src/executor/units.ts";
import { listMigrationFiles } from "../../src/migrations/files.ts";
import { buildGraph } from "../../src/migrations/graph.ts";
import { loadMigrations } from "../../src/migrations/loader.ts";
import { installVirtualModule } from "../../src/virtual-module.ts";
import { meaningOf } from "../../src/workflow/history.ts";
import { dialectFor } from "../support/dialects.ts";
import { type Bench, type Case, dbmateName, migrationsFolder, once } from "./bench.ts";
import type { Subject } from "./measure.ts";
import { dbmateMigration, knexMigration, nameOf, typeormMigration, yaraMigration } from "./projects.ts";

type Database = "sqlite" | "postgres";

const COUNTS = [100, 1000] as const;

/** `upgrade` with nothing to do and with everything to do, on both databases. */
export const upgradeCases: readonly Case[] = [
  ...COUNTS.map(
    (count): Case => ({
      id: `nothing-to-do/sqlite/${count}`,
      goals: [
        { to: "floor", most: 1.2 },
        { to: "dbmate", most: 0.8 },
      ],
      async prepare(bench) {
        const own = await ownUpgrade(bench, "sqlite", count, "done");
        const mate = await dbmateUp(bench, "sqlite", count, "done");
        once(own);
        once(mate);
        const file = join(bench.folder, `done-sqlite-${count}.db`);
        const folder = join(bench.folder, `yara-${count}`);
        return [
          own,
          { name: "floor", command: [await bench.floor("sqlite"), file] },
          // Nobody can say that there is nothing to do without it.
          { name: "floor with files", command: [await bench.floor("sqlite-and-files"), file, folder] },
          mate,
        ];
      },
    }),
  ),
  {
    id: "nothing-to-do/sqlite/1000-to-100",
    goals: [{ to: "with 100", most: 1.3 }],
    async prepare(bench) {
      const [long, short] = [
        await ownUpgrade(bench, "sqlite", 1000, "done"),
        await ownUpgrade(bench, "sqlite", 100, "done"),
      ];
      once(long);
      once(short);
      return [long, { ...short, name: "with 100" }];
    },
  },
  ...COUNTS.map(
    (count): Case => ({
      id: `nothing-to-do/postgres/${count}`,
      goals: [
        { to: "floor", most: 1.2 },
        { to: "dbmate", most: 1 },
        { to: "knex", most: 1 },
        { to: "typeorm", most: 1 },
      ],
      async prepare(bench) {
        const own = await ownUpgrade(bench, "postgres", count, "done");
        const url = await bench.emptyDatabase(`done_own_${count}`);
        await bench.emptyDatabase(`done_mate_${count}`);
        const subjects = [
          own,
          await dbmateUp(bench, "postgres", count, "done"),
          await knexUp(bench, count),
          await typeormUp(bench, count),
        ];
        for (const subject of subjects) once(subject);
        return [...subjects, { name: "floor", command: [await bench.floor("postgres"), url] }];
      },
    }),
  ),
  ...COUNTS.map(
    (count): Case => ({
      id: `pending/sqlite/${count}`,
      goals: [{ to: "dbmate", most: 0.5 }],
      async prepare(bench) {
        return [
          await ownUpgrade(bench, "sqlite", count, "pending"),
          await dbmateUp(bench, "sqlite", count, "pending"),
        ];
      },
    }),
  ),
  ...COUNTS.map(
    (count): Case => ({
      id: `pending/postgres/${count}`,
      goals: [
        { to: "floor", most: 1.1 },
        { to: "dbmate", most: 1 },
      ],
      async prepare(bench) {
        return [
          await ownUpgrade(bench, "postgres", count, "pending"),
          await floorUp(bench, count),
          await dbmateUp(bench, "postgres", count, "pending"),
        ];
      },
    }),
  ),
];

type State = "done" | "pending";

async function ownUpgrade(bench: Bench, database: Database, count: number, state: State): Promise<Subject> {
  const folder = await migrationsFolder(bench, `yara-${count}`, count, (at) => [
    `${nameOf(at)}.ts`,
    yaraMigration(at),
  ]);
  const { url, reset } = await target(
    bench,
    database,
    `${state}_own_${count}`,
    `${state}-sqlite-${count}.db`,
  );
  const command = [bench.binary, "upgrade", "--quiet", "--dir", folder, "--db", url];
  return { name: "yara-orm", command, ...(state === "pending" ? { reset } : {}) };
}

async function dbmateUp(bench: Bench, database: Database, count: number, state: State): Promise<Subject> {
  const folder = await migrationsFolder(bench, `dbmate-${database}-${count}`, count, (at) => [
    dbmateName(at),
    dbmateMigration(at, database),
  ]);
  const name = `${state}_mate_${count}`;
  const { url, reset } = await target(bench, database, name, `dbmate-${state}-${count}.db`);
  const address = database === "sqlite" ? url.replace("sqlite:////", "sqlite:/") : `${url}?sslmode=disable`;
  const options = ["--url", address, "--migrations-dir", folder, "--no-dump-schema"];
  const command = [bench.peers.dbmate, ...options, "up"];
  return { name: "dbmate", command, ...(state === "pending" ? { reset } : {}) };
}

/** Where a subject works, and how that becomes empty again. */
async function target(bench: Bench, database: Database, name: string, file: string) {
  if (database === "postgres") {
    return {
      url: await bench.databaseUrl(name),
      reset: async () => void (await bench.emptyDatabase(name)),
    };
  }
  const path = join(bench.folder, file);
  const reset = () => {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  };
  return { url: `sqlite:////${path.slice(1)}`, reset };
}

/** The same statements as the tool's, a migration in one message, over the same driver. */
async function floorUp(bench: Bench, count: number): Promise<Subject> {
  const folder = join(bench.folder, `yara-${count}`);
  installVirtualModule();
  const graph = buildGraph(await loadMigrations((await listMigrationFiles(folder)).files));
  const dialect = dialectFor("postgres");
  const recorder = new Recorder(dialect, "models");
  const details = new Details(dialect, "models");
  const units = unitsForward(
    graph,
    new Set(),
    graph.order.map(({ name }) => name),
    dialect.name,
  );
  const confirm = dialect.lock("advisory", "models")?.confirm ?? [];
  const limits = dialect.limits({}, "transaction").set;
  const migrations = units.map((unit) => {
    const done = recorder.guard(unit.name, "forward");
    const steps = [done, ...dialect.render(unit.changes).steps];
    const record = [recorder.insert(unit.name), details.insert(unit.name, meaningOf(graph, unit.name))];
    const [first, ...work] = steps.flatMap((step) => (step.kind === "sql" ? [step.sql] : []));
    return [dialect.begin, ...confirm, first, ...limits, ...work, ...record, "COMMIT"].join("\n;\n");
  });
  const file = join(bench.folder, `floor-${count}.json`);
  writeFileSync(
    file,
    JSON.stringify({ create: [...recorder.create(), ...details.create()].join(";\n"), migrations }),
  );
  const name = `pending_floor_${count}`;
  return {
    name: "floor",
    command: [await bench.floor("apply"), await bench.databaseUrl(name), file],
    reset: async () => void (await bench.emptyDatabase(name)),
  };
}

async function knexUp(bench: Bench, count: number): Promise<Subject> {
  const url = await bench.emptyDatabase(`done_knex_${count}`);
  const cwd = await migrationsFolder(bench, `peers/knex-${count}`, count, (at) => [
    `migrations/${nameOf(at)}.js`,
    knexMigration(at),
  ]);
  writeFileSync(
    join(cwd, "knexfile.js"),
    `module.exports = { client: "pg", connection: ${JSON.stringify(url)}, migrations: { directory: "./migrations" } };\n`,
  );
  return {
    name: "knex",
    command: ["node", join(bench.peers.modules, "knex/bin/cli.js"), "migrate:latest"],
    cwd,
  };
}

async function typeormUp(bench: Bench, count: number): Promise<Subject> {
  const url = await bench.emptyDatabase(`done_typeorm_${count}`);
  const cwd = await migrationsFolder(bench, `peers/typeorm-${count}`, count, (at) => [
    `migrations/${nameOf(at)}.js`,
    typeormMigration(at),
  ]);
  writeFileSync(
    join(cwd, "source.js"),
    `const { DataSource } = require("typeorm");
module.exports = new DataSource({ type: "postgres", url: ${JSON.stringify(url)}, migrations: ["migrations/*.js"] });\n`,
  );
  const command = ["node", join(bench.peers.modules, "typeorm/cli.js"), "migration:run", "-d", "source.js"];
  return { name: "typeorm", command, cwd };
}
