#!/usr/bin/env bun
import { readFileSync } from "node:fs";
import { type ArgsDef, type CommandDef, defineCommand, runCommand } from "citty";
import { commands } from "./commands/all.ts";
import { checkArguments, splitArguments } from "./commands/arguments.ts";
import type { YaraCommand } from "./commands/define.ts";
import { globalArgs } from "./commands/global-args.ts";
import { commandHelp, toolHelp } from "./commands/help.ts";
import { commandWithAnswers, commandWithConsent } from "./commands/next-command.ts";
import type { Connection } from "./connection/connection.ts";
import {
  CheckFailedError,
  ConsentError,
  type ErrorCode,
  NeedsAnswerError,
  UsageError,
  YaraError,
} from "./errors.ts";
import { nearest } from "./nearest.ts";
import type { ProjectEvents } from "./project.ts";
import { showEvent } from "./terminal/events.ts";
import { Output } from "./terminal/output.ts";
import { choosePaint } from "./terminal/paint.ts";
import { version } from "./version.ts";
import { installVirtualModule } from "./virtual-module.ts";

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  failed: 1,
  usage: 2,
  "needs-answer": 3,
  check: 4,
  "lock-timeout": 5,
  "half-applied": 6,
};

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** How long a command that was stopped may take to end by itself. */
const GRACE_MS = 1000;

const EXAMPLES = [
  "init",
  "makemigrations --models models.ts",
  "upgrade --db sqlite:///app.db",
  "heads --db sqlite:///app.db",
];

const main: CommandDef = defineCommand<ArgsDef>({
  meta: { name: "yara-orm", version, description: "migrations from typed models, for PostgreSQL and SQLite" },
  args: globalArgs,
  subCommands: Object.fromEntries(commands.map((command) => [command.name, command.definition])),
});

const tool: YaraCommand = { name: "yara-orm", definition: main, args: globalArgs, examples: EXAMPLES };

async function run(words: readonly string[], output: Output, events: ProjectEvents): Promise<void> {
  const { name, rest, before } = splitArguments(words);
  const asksHelp = rest.includes("--help") || rest.includes("-h");
  if (name === undefined) {
    if (rest.includes("--version") || rest.includes("-v")) return output.text(version);
    if (asksHelp) return output.text(await toolHelp(main, EXAMPLES));
    checkArguments(before, tool);
    output.aside(await toolHelp(main, EXAMPLES));
    throw new UsageError("a command is missing");
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    // Of an option that is not known, what follows may be the value and no command.
    checkArguments(before, tool);
    const names = commands.map((candidate) => candidate.name);
    const near = nearest(name, names);
    throw new UsageError(
      `there is no command ${name}`,
      near === undefined ? `commands: ${names.join(", ")}` : `did you mean ${near}?`,
    );
  }
  if (asksHelp) return output.text(await commandHelp(command, main));
  const rawArgs = checkArguments(rest, command);
  installVirtualModule();
  await runCommand(command.definition, { rawArgs, data: { output, events } });
}

/** Runs one command line and sets the exit code. */
async function runMain(words: readonly string[]): Promise<void> {
  const paint = await choosePaint(!words.includes("--no-color"));
  const output = new Output({ json: words.includes("--json"), quiet: words.includes("--quiet"), paint });
  let connection: Connection | undefined;
  let stopped: keyof typeof SIGNALS | undefined;
  const stopping = new AbortController();
  let debug = words.includes("--debug");
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    if (signal === "SIGHUP" && ignoresHangup()) continue;
    process.on(signal, () => {
      // The second time, or with nothing on its way to undo, there is nothing to wait for.
      if (stopped !== undefined || connection === undefined) return exit(SIGNALS[signal]);
      stopped = signal;
      stopping.abort(new YaraError(`stopped by ${signal}`));
      const session = connection;
      void session.cancel();
      // What ran was no statement, or one that came later: the database takes back what is not committed.
      setTimeout(() => void session.close().finally(() => exit(SIGNALS[signal])), GRACE_MS);
    });
  }
  const events: ProjectEvents = {
    onEvent: (event) => showEvent(output, event),
    onNotice: (message) => output.note(message),
    onConnection(opened) {
      connection = opened;
    },
    signal: stopping.signal,
    async onSettings({ json, quiet, color, ...settings }) {
      output.configure({ json, quiet, paint: await choosePaint(color) });
      debug = settings.debug;
    },
  };
  let code = 0;
  try {
    await run(words, output, events);
  } catch (error) {
    code = report(error, output, words, debug);
  }
  exit(stopped === undefined ? code : SIGNALS[stopped]);
}

/** True under nohup, or where nobody can tell: a handler would take that back. */
function ignoresHangup(): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return ignored === undefined || (BigInt(`0x${ignored}`) & 1n) === 1n;
  } catch {
    return true;
  }
}

function report(error: unknown, output: Output, words: readonly string[], debug: boolean): number {
  if (debug && error instanceof Error) output.aside(error.stack ?? String(error));
  if (YaraError.is(error)) {
    if (error instanceof NeedsAnswerError && error.questions.length > 0) {
      const hint = [
        error.hint,
        `with the likeliest answers: ${commandWithAnswers(words, error.questions)}`,
      ].join("\n");
      output.error(error.message, hint, error.code, { questions: error.questions });
      return EXIT_CODES[error.code];
    }
    if (error instanceof ConsentError) {
      const hint = `nothing was run; if it is meant: ${commandWithConsent(words, error.database)}`;
      output.error(error.message, hint, error.code, { database: error.database, losses: error.losses });
      return EXIT_CODES[error.code];
    }
    const findings = error instanceof CheckFailedError ? error.findings : {};
    output.error(error.message, error.hint, error.code, findings);
    return EXIT_CODES[error.code];
  }
  const message = error instanceof Error ? error.message : String(error);
  output.error(
    message,
    debug ? undefined : "run it again with --debug to see where this comes from",
    "failed",
  );
  return EXIT_CODES.failed;
}

/** What the user's modules have left open (timers, sockets) does not keep the tool running; nothing is buffered. */
function exit(code: number): never {
  process.exit(code);
}

void runMain(process.argv.slice(2));
