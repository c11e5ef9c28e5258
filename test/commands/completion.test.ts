import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { commands } from "../../src/commands/all.ts";
import { complete, FILES } from "../../src/commands/complete.ts";
import { COMPLETION_SCRIPTS, SHELLS } from "../../src/commands/completion-scripts.ts";
import { requireBinary, run, yaraOrm } from "../support/binary.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TerminalCommand } from "../support/terminal.ts";

const BROKEN = 'throw new Error("this file was run");\n';

/** A folder with migrations that nobody may run, and the tool on its path. */
function project(more: Readonly<Record<string, string>> = {}) {
  const cwd = temporaryFolder({
    "migrations/0001_initial.ts": BROKEN,
    "migrations/0002_user_age.ts": BROKEN,
    "migrations/helper.ts": BROKEN,
    "db/0007_other.ts": BROKEN,
    "yara.config.ts": `export default { dir: "migrations" };\n${BROKEN}`,
    ...more,
  });
  symlinkSync(requireBinary(), join(cwd, "yara-orm"));
  return { cwd, env: { PATH: `${cwd}:/usr/bin:/bin`, HOME: cwd } };
}

/** What the tool answers, without descriptions, for the last of these words. */
async function answers(...words: readonly string[]): Promise<readonly string[]> {
  const { cwd, env } = project();
  const asked = ["completion", `--words=${words.at(-1)}`, ...words.slice(0, -1)];
  const { stdout, stderr, code } = await yaraOrm(asked, { cwd, env });
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t", 1)[0] ?? "");
}

test("candidates are the same for a command that prints JSON", async () => {
  const { cwd, env } = project();
  const asked = ["completion", "--words=0002", "upgrade", "--json"];
  const plain = { code: 0, stdout: "0002_user_age\t\n", stderr: "" };
  expect(await yaraOrm(asked, { cwd, env })).toEqual(plain);
  expect(await yaraOrm(asked.slice(0, -1), { cwd, env: { ...env, YARA_JSON: "1" } })).toEqual(plain);
});

test("commands are completed, with what they do", () => {
  const found = complete([], "", commands);
  expect(found).toHaveLength(commands.length);
  expect(complete([], "up", commands)).toEqual([
    { text: "upgrade", description: "Apply the pending migrations." },
  ]);
  expect(complete(["--quiet", "--dir", "db"], "hi", commands)).toMatchObject([{ text: "history" }]);
  expect(complete(["nonsense"], "", commands)).toEqual([]);
});

test("options are completed, of the command and of all, but not twice", () => {
  const texts = (before: readonly string[], current: string) => {
    const found = complete(before, current, commands);
    return found === FILES ? found : found.map(({ text }) => text);
  };
  expect(texts(["upgrade"], "--lock-")).toEqual(["--lock-timeout", "--lock-mode"]);
  expect(texts([], "--q")).toEqual(["--quiet"]);
  expect(texts(["upgrade", "--plan", "--db", "x"], "--")).not.toContain("--plan");
  expect(texts(["upgrade"], "--no-")).toEqual(["--no-color", "--no-input"]);
  expect(texts(["makemigrations", "--rename", "a=b"], "--ren")).toEqual(["--rename"]);
  expect(texts(["downgrade"], "-")).toContain("--help");
});

test("values are completed: words, and files by the shell", async () => {
  expect(await answers("upgrade", "--lock-mode", "")).toEqual(["advisory", "row", "none"]);
  expect(await answers("upgrade", "--lock-mode=r")).toEqual(["--lock-mode=row"]);
  expect(await answers("sqlmigrate", "--dialect", "po")).toEqual(["postgres"]);
  expect(await answers("completion", "")).toEqual([...SHELLS]);
  for (const option of ["--dir", "--config", "--models", "--dir="]) {
    expect(await answers(...(option.endsWith("=") ? [option] : [option, "x"]))).toEqual([FILES]);
  }
  expect(await answers("inspect", "--out", "")).toEqual([FILES]);
  expect(await answers("upgrade", "--db", "")).toEqual([]);
});

test("migrations are completed by the names of their files, which are not run", async () => {
  expect(await answers("upgrade", "")).toEqual(["0001_initial", "0002_user_age"]);
  expect(await answers("upgrade", "--lock-mode", "row", "0002")).toEqual(["0002_user_age"]);
  expect(await answers("downgrade", "")).toEqual(["0001_initial", "0002_user_age", "zero"]);
  expect(await answers("--dir", "db", "sqlmigrate", "")).toEqual(["0007_other"]);
  expect(await answers("verify", "--dir=db", "0")).toEqual(["0007_other"]);
  expect(await answers("resolve", "--dir", "nowhere", "")).toEqual([]);
  expect(await answers("upgrade", "0001_initial", "")).toEqual([]);
  expect(await answers("history", "")).toEqual([]);
  // The tool refuses all that stands there.
  expect(await answers("upgrade", "--", "")).toEqual([]);
  expect(await answers("--", "")).toEqual([]);
});

test("the directory is that of the command: environment, .env, the text of the configuration", async () => {
  const cwd = temporaryFolder({
    "one/0001_one.ts": "",
    "two/0002_two.ts": "",
    "three/0003_three.ts": "",
    ".env": "YARA_DIR=two\n",
    "other.ts": 'export default defineConfig({ app: "x", dir: "three" });\n',
  });
  const ask = async (env: Readonly<Record<string, string>>, ...before: readonly string[]) =>
    (await yaraOrm(["completion", "--words=", "upgrade", ...before], { cwd, env })).stdout.trim();
  expect(await ask({ YARA_DIR: "one" })).toBe("0001_one");
  expect(await ask({})).toBe("0002_two");
  await Bun.write(join(cwd, ".env"), "");
  expect(await ask({ YARA_CONFIG: "other.ts" })).toBe("0003_three");
  expect(await ask({}, "--config", "other.ts")).toBe("0003_three");
  expect(await ask({})).toBe("");
});

test("variables come from the file that the command would read", async () => {
  const cwd = temporaryFolder({
    "one/0001_one.ts": "",
    "two/0002_two.ts": "",
    ".env": "YARA_DIR=one\n",
    "other.env": "YARA_CONFIG=other.ts\n",
    "other.ts": 'export default { dir: "two" };\n',
  });
  const ask = async (env: Readonly<Record<string, string>>, ...before: readonly string[]) =>
    (await yaraOrm(["completion", "--words=", "upgrade", ...before], { cwd, env })).stdout.trim();
  expect(await ask({})).toBe("0001_one");
  expect(await ask({}, "--env-file", "other.env")).toBe("0002_two");
  expect(await ask({ YARA_ENV_FILE: "other.env" })).toBe("0002_two");
  expect(await ask({ YARA_ENV_FILE: "nowhere.env" })).toBe("");
  await Bun.write(join(cwd, "utf-16.env"), Buffer.from("\uFEFFYARA_CONFIG=other.ts\r\n", "utf16le"));
  expect(await ask({}, "--env-file", "utf-16.env")).toBe("0002_two");
});

test("the directory is that of the environment, or of the configuration itself", async () => {
  const cwd = temporaryFolder({
    "one/0001_one.ts": "",
    "two/0002_two.ts": "",
    "three/0003_three.ts": "",
    "yara.config.ts": `import { defineConfig } from "yara-orm";
const elsewhere = { dir: "three" };
// dir: "three"
export default defineConfig(({ env }) => ({
  ...elsewhere,
  environments: { test: { db: [env.A, "dir: 'three'"], dir: "two" }, other: {} },
  dir: "one", // dir: "three"
}));
`,
  });
  const ask = async (env: Readonly<Record<string, string>>, ...before: readonly string[]) =>
    (await yaraOrm(["completion", "--words=", "upgrade", ...before], { cwd, env })).stdout.trim();
  expect(await ask({})).toBe("0001_one");
  expect(await ask({}, "--env", "test")).toBe("0002_two");
  expect(await ask({ YARA_ENV: "test" })).toBe("0002_two");
  expect(await ask({ YARA_ENV: "test" }, "--env=other")).toBe("0001_one");
  await Bun.write(
    join(cwd, "yara.config.ts"),
    'const config = { env: "test", environments: { "test": { dir: `two` } } };\nexport default config;\n',
  );
  expect(await ask({})).toBe("0002_two");
});

test("environments are completed by the text of the configuration", async () => {
  const cwd = temporaryFolder({
    "yara.config.ts": `export default defineConfig({
  // environments: { commented: {} },
  db: env.DATABASE_URL, environments: {
    production: { db: env["PRODUCTION_URL"], dir: "a, b" }, // of, comments:
    "eu-staging": { db: \`postgres://\${env.HOST}/app\` },
    local: env.CI ? { db: "sqlite:///ci.db" } : other,
    prüfung: {},
    test,
  },
  app: "x",
});
${BROKEN}`,
  });
  const ask = async (current: string, ...before: readonly string[]) =>
    (await yaraOrm(["completion", `--words=${current}`, "upgrade", ...before], { cwd })).stdout
      .split(/\s+/)
      .slice(0, -1);
  const all = ["production", "eu-staging", "local", "prüfung", "test"];
  expect(await ask("", "--env")).toEqual(all);
  expect(await ask("eu", "--env")).toEqual(["eu-staging"]);
  expect(await ask("--env=")).toEqual(all.map((name) => `--env=${name}`));
  expect(await ask("", "--config", "none.ts", "--env")).toEqual([]);
});

test("each script asks the tool, and knows nothing of its commands by itself", () => {
  for (const shell of SHELLS) {
    const script = COMPLETION_SCRIPTS[shell];
    expect(script).toContain("completion");
    expect(script).toContain('"--words=$');
    expect(script).toContain(FILES);
    expect(script).toContain(`yara-orm completion ${shell}`);
    for (const { name } of commands.filter((command) => command.name !== "completion")) {
      expect(script).not.toMatch(new RegExp(`\\b${name}\\b`));
    }
  }
  expect(COMPLETION_SCRIPTS.bash).toMatch(/^complete -F _yara_orm yara-orm$/m);
  expect(COMPLETION_SCRIPTS.zsh).toMatch(/^#compdef yara-orm\n/);
  expect(COMPLETION_SCRIPTS.zsh).toMatch(/^ {2}compdef _yara-orm yara-orm$/m);
  expect(COMPLETION_SCRIPTS.fish).toMatch(/^complete -c yara-orm -f -a '\(__yara_orm_complete\)'$/m);
  expect(COMPLETION_SCRIPTS.powershell).toMatch(
    /^Register-ArgumentCompleter -Native -CommandName 'yara-orm' -ScriptBlock \{$/m,
  );
});

/** What bash has in COMPREPLY for a line with the cursor at its end, of which it replaces what is behind the last of its breaks. */
async function inBash(line: string): Promise<string[]> {
  const { cwd, env } = project();
  const script = `source <(yara-orm completion bash)
COMP_LINE=$1 COMP_POINT=\${#1}
_yara_orm yara-orm "\${1##*[ =:]}"
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, code } = await run(["bash", "-c", script, "bash", line], { cwd, env });
  // Outside a completion there is nothing whose options compopt could change.
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return stdout.split("\n").filter((word) => word !== "");
}

test("bash completes", async () => {
  expect(await inBash("yara-orm up")).toEqual(["upgrade"]);
  expect(await inBash("yara-orm --dir db upgrade ")).toEqual(["0007_other"]);
  expect(await inBash("yara-orm upgrade --db sqlite:///app.db 0002")).toEqual(["0002_user_age"]);
  // For bash the part before the = is a word of its own, and it puts the candidate behind that.
  expect(await inBash("yara-orm upgrade --lock-mode=a")).toEqual(["advisory"]);
  expect(await inBash("yara-orm upgrade --lock-mode ")).toEqual(["advisory", "row", "none"]);
  expect(await inBash("yara-orm inspect --out=mig")).toEqual(["migrations"]);
});

const INTERACTIVE = {
  bash: { words: ["--norc", "-i"], ready: ["source <(yara-orm completion bash)"] },
  zsh: {
    words: ["-f", "-i"],
    ready: ["autoload -U compinit && compinit -u", "source <(yara-orm completion zsh)"],
  },
  fish: { words: ["--no-config", "-i"], ready: ["yara-orm completion fish | source"] },
} as const;

/** A shell at a terminal that completes. */
class Shell {
  readonly terminal: TerminalCommand;
  #lines = 0;

  private constructor(terminal: TerminalCommand) {
    this.terminal = terminal;
  }

  static async open(
    shell: keyof typeof INTERACTIVE,
    program: string,
    { cwd, env }: ReturnType<typeof project>,
  ) {
    const { words, ready } = INTERACTIVE[shell];
    const variables = { ...env, PS1: "$ ", ZDOTDIR: cwd };
    const opened = new Shell(new TerminalCommand(words, { cwd, env: variables, program }));
    for (const command of ready) await opened.line(command);
    return opened;
  }

  /** Types a line, and waits for its end. Returns what has come to the screen meanwhile. */
  async line(keys: string): Promise<string> {
    const from = this.terminal.screen.length;
    this.#lines += 1;
    this.terminal.type(`${keys}; echo rea''dy${this.#lines}${ENTER}`);
    await this.terminal.showing(`ready${this.#lines}`, from);
    return stripVTControlCharacters(this.terminal.screen.slice(from));
  }

  /** The words that a line has in the end: it is printed in the place of being run. */
  async wordsOf(keys: string): Promise<string[]> {
    const screen = await this.line(`${keys}${TO_BEGIN}printf '<%s>' ${TO_END}`);
    const printed = /^.*<yara-orm>.*$/m.exec(screen)?.[0] ?? "";
    return [...printed.matchAll(/<([^>]*)>/g)].map(([, word = ""]) => word);
  }

  async close(): Promise<void> {
    this.terminal.type(`exit${ENTER}`);
    await this.terminal.ended;
  }
}

const [TAB, ENTER, TO_BEGIN, TO_END] = ["\t", "\r", "\u0001", "\u0005"];

/** Names that a shell would take apart, or for something else. */
const ODD_NAMES = {
  "my dir/migs/0001_spaced.ts": BROKEN,
  "yara.config.ts": `export default { environments: {
    "prod:eu": {}, "at@home": {}, "x=y": {}, "two words": {}, "c$HOME": {}, "it's": {}, 'quo"te': {},
  } };
${BROKEN}`,
};

/** What is typed before and after the key, and the last words that come of it. */
const ODD_LINES: readonly (readonly [typed: string, words: readonly string[]])[] = [
  [`--dir 'my dir/migs' 0001${TAB}`, ["my dir/migs", "0001_spaced"]],
  [`--dir "my dir/migs" 0001${TAB}`, ["my dir/migs", "0001_spaced"]],
  [`--dir my\\ dir/migs 0001${TAB}`, ["my dir/migs", "0001_spaced"]],
  [`--dir='my dir/migs' 0001${TAB}`, ["--dir=my dir/migs", "0001_spaced"]],
  [`--env prod:e${TAB}`, ["prod:eu"]],
  [`--env=prod:e${TAB}`, ["--env=prod:eu"]],
  [`--env=pr${TAB}`, ["--env=prod:eu"]],
  [`--env at@h${TAB}`, ["at@home"]],
  [`--env=x=${TAB}`, ["--env=x=y"]],
  [`--env tw${TAB}`, ["two words"]],
  [`--env=tw${TAB}`, ["--env=two words"]],
  [`--env c${TAB}`, ["c$HOME"]],
  [`--env i${TAB}`, ["it's"]],
  [`--env q${TAB}`, ['quo"te']],
  [`-- 0${TAB}`, ["--", "0"]],
];

/** The same in a quote that is open, which fish does not complete. */
const OPEN_QUOTES: typeof ODD_LINES = [
  [`--env 'prod:e${TAB}`, ["prod:eu"]],
  [`--env="prod:e${TAB}`, ["--env=prod:eu"]],
  [`--env "tw${TAB}`, ["two words"]],
  [`--env 'i${TAB}`, ["it's"]],
  [`--env "c${TAB}`, ["c$HOME"]],
  [`--env "q${TAB}`, ['quo"te']],
  [`--env 'two 'w${TAB}`, ["two words"]],
];

for (const shell of ["bash", "zsh", "fish"] as const) {
  const program = Bun.which(shell);
  // bash is everywhere; of the others the machine that has none still reads the text above.
  const title =
    program === null && shell !== "bash"
      ? `${shell} is not on this machine, and did not complete`
      : `${shell} completes at a terminal`;
  test(title, async () => {
    if (program === null) {
      expect(shell).not.toBe("bash");
      console.warn(title);
      return;
    }
    const { cwd, env } = project();
    const opened = await Shell.open(shell, program, { cwd, env });
    expect(await opened.line(`yara-orm downg${TAB}z${TAB}`)).toMatch(/downgrade.*zero/s);
    await opened.line(
      `echo yara-orm; yara-orm sqlmigrate 0002${TAB} --help > help.txt; tail -1 help.txt; echo don''e`,
    );
    await opened.close();
    expect(stripVTControlCharacters(opened.terminal.screen)).toContain("0002_user_age");
    expect(await Bun.file(join(cwd, "help.txt")).text()).toContain("sqlmigrate");
  }, 30_000);

  test(`${title}, also names that it would take apart`, async () => {
    if (program === null) return;
    const { cwd, env } = project(ODD_NAMES);
    const opened = await Shell.open(shell, program, { cwd, env });
    for (const [typed, words] of shell === "fish" ? ODD_LINES : [...ODD_LINES, ...OPEN_QUOTES]) {
      const whole = await opened.wordsOf(`yara-orm upgrade ${typed}`);
      expect([typed, whole.slice(-words.length)]).toEqual([typed, [...words]]);
    }
    await opened.close();
  }, 60_000);
}

test("a shell that is not known is told, with the one that is meant", async () => {
  const { cwd } = project();
  for (const [given, meant] of [
    ["fihs", "fish"],
    ["pwsh", "powershell"],
  ] as const) {
    const { stderr, code } = await yaraOrm(["completion", given], { cwd });
    expect({ stderr, code }).toEqual({
      stderr: `error: there is no completion for ${given}\nhint: did you mean ${meant}?\n`,
      code: 2,
    });
  }
});
