import { test } from "bun:test";
import { commands } from "../../src/commands/all.ts";
import type { Chooser } from "../support/chooser.ts";
import { FUZZ_TIMEOUT, fuzz } from "./holds.ts";

const FILES = {
  "models.ts":
    'import { defineModel, fields } from "yara-orm";\nexport const T = defineModel("T", { name: fields.text({ null: true }) });\n',
  "migrations/0001_t.ts":
    'import { migrations as m } from "yara-orm";\nexport const operations = [m.createTable("t", { id: m.int({ pk: true }) })];\n',
};

const ODD_WORDS: readonly [string, ...string[]] = [
  "",
  " ",
  "-",
  "--",
  "---",
  "-x",
  "--no-",
  "--no-no-input",
  "0",
  "1",
  "-1",
  "1e9",
  "99999999999999999999",
  "zero",
  "0001",
  "0001_t",
  "0001_T",
  "..",
  "../..",
  "/",
  "/dev/null",
  "migrations",
  "models.ts",
  "*",
  "**/*.ts",
  "a=b",
  "t.name=x",
  "t.name=",
  "=",
  "t=u",
  "1s",
  "-5s",
  "1h1m",
  "\u001b[31m",
  "\u202e",
  "\ufffd",
  "é",
  "\n",
  "\t",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "x".repeat(5000),
  "{}",
  "null",
  "true",
  "false",
  "sqlite:///app.db",
  "sqlite::memory:",
  "postgres",
  "sqlite",
];

const words = commands.map(({ name }) => name);
const options = [...new Set(commands.flatMap(({ args }) => Object.keys(args)))].flatMap((name) => [
  `--${name}`,
  `--no-${name}`,
]);

function word(choose: Chooser): string {
  const kind = choose.below(10);
  if (kind < 4) return choose.oneOf(ODD_WORDS);
  if (kind < 8) {
    const option = choose.pick(options) ?? "--json";
    return choose.chance(40) ? `${option}=${choose.oneOf(ODD_WORDS)}` : option;
  }
  return choose.pick(words) ?? "heads";
}

/** What would wait for a server, or print what nobody has asked about. */
const isPatient = (one: string) => one.startsWith("--wait");

test(
  "command lines of any words",
  () =>
    fuzz((choose) => {
      const command = choose.chance(15) ? [] : [choose.pick(words) ?? "heads"];
      const more = Array.from({ length: choose.below(6) }, () => word(choose)).filter(
        (one) => !isPatient(one),
      );
      // A program cannot be given a NUL in a word.
      return { files: FILES, words: [...command, ...more].map((one) => one.replaceAll("\0", "")) };
    }),
  FUZZ_TIMEOUT,
);

const PARTS: readonly [string, ...string[]] = [
  "",
  "postgres",
  "postgresql",
  "sqlite",
  "mysql",
  "POSTGRES",
  "file",
  "://",
  ":",
  "/",
  "//",
  "///",
  "@",
  "user",
  "p%20w",
  "%",
  "%zz",
  "%00",
  "%ff",
  "[::1]",
  "[",
  "127.0.0.1",
  "localhost",
  "1",
  "0",
  "99999",
  "-1",
  "app",
  ".db",
  "?",
  "&",
  "=",
  "#",
  "sslmode",
  "disable",
  "require",
  "host",
  "/dev/null/nowhere",
  "mode",
  "memory",
  "search_path",
  "application_name",
  "connect_timeout",
  "\u0001",
  "é",
  " ",
  "\n",
  "\\",
  "..",
  "x".repeat(300),
];

test(
  "database URLs of any parts",
  () =>
    fuzz((choose) => {
      const start = choose.oneOf([
        "postgres://",
        "postgres://127.0.0.1:1/",
        "sqlite:///",
        "sqlite:",
        "",
        "postgresql://u:p@",
      ]);
      const url = start + Array.from({ length: choose.below(8) }, () => choose.oneOf(PARTS)).join("");
      const inEnvironment = choose.chance(50) && !url.includes("\0");
      return {
        files: FILES,
        words: [choose.oneOf(["heads", "upgrade", "diff"]), ...(inEnvironment ? [] : ["--db", url])],
        env: inEnvironment ? { DATABASE_URL: url } : {},
      };
    }),
  FUZZ_TIMEOUT,
);

test(
  "an .env and a file of answers of any text",
  () =>
    fuzz((choose) => {
      const pieces: readonly [string, ...string[]] = [
        "DATABASE_URL",
        "YARA_DIR",
        "YARA_APP",
        "=",
        "'",
        '"',
        "\n",
        "#",
        "$",
        "$X",
        "sqlite:///a.db",
        "migrations",
        "\\",
        " ",
        "\0",
        "{",
        "}",
        "[",
        "]",
        '"answers"',
        ":",
        '"rename"',
        '"t=u"',
        '"fill"',
        '"value"',
        "null",
        ",",
        "1e999",
        "\ufeff",
      ];
      const text = (least: number) =>
        Array.from({ length: least + choose.below(20) }, () => choose.oneOf(pieces)).join("");
      const answers = choose.chance(50) ? `{ "answers": [${text(0)}] }` : text(0);
      return {
        files: { ...FILES, ".env": text(1), "answers.json": answers },
        words: choose.oneOf<readonly string[]>([
          ["heads"],
          ["makemigrations", "--answers", "answers.json"],
          ["check"],
        ]),
      };
    }),
  FUZZ_TIMEOUT,
);
