import { readFileSync } from "node:fs";
import { beforeImports } from "./before-imports.ts";
import { checkArguments, splitArguments } from "./commands/arguments.ts";
import type { YaraCommand } from "./commands/define.ts";
import { readArguments } from "./commands/read-arguments.ts";
import { tool } from "./commands/tool.ts";
import { upgrade } from "./commands/upgrade.ts";
import type { Connection } from "./connection/connection.ts";
import {
  CheckFailedError,
  ConsentError,
  type ErrorCode,
  NeedsAnswerError,
  ranText,
  StoppedError,
  UsageError,
  YaraError,
} from "./errors.ts";
import type { ManagerEvent } from "./manager-options.ts";
import { expectToRun, whenMuchToDo } from "./much-to-do.ts";
import type { SessionEvents } from "./session.ts";
import { messageOf, placeOf } from "./shown.ts";
import { canRedraw, LiveLine } from "./terminal/live-line.ts";
import { Output } from "./terminal/output.ts";
import { choosePaint, coloursAsked, PLAIN } from "./terminal/paint.ts";
import { version } from "./version.ts";

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  failed: 1,
  usage: 2,
  "needs-answer": 3,
  check: 4,
  "lock-timeout": 5,
  "half-applied": 6,
  stopped: 130,
};

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** How long a command that was stopped may take to end by itself. */
const GRACE_MS = 1000;

/** Of a command that takes this long, nobody had known before how much it has to do. */
const LONG_MS = 2000;

const STDERR = 2;

/** Options that no command declares. */
const ALWAYS_KNOWN: readonly string[] = ["--help", "-h", "--version", "-v"];

/** What the shells ask with; see completion-scripts.ts. */
const WORDS = "--words=";

async function run(words: readonly string[], output: Output, events: SessionEvents): Promise<void> {
  const { name, rest, before } = splitArguments(words);
  const asksHelp = rest.includes("--help") || rest.includes("-h");
  if (name === undefined) {
    if (rest.includes("--version") || rest.includes("-v")) return output.text("version", version);
    const [{ toolHelp }, { commands }] = await Promise.all([import("./commands/help.ts"), allCommands()]);
    if (asksHelp) {
      return output.text("help", toolHelp(tool, version, commands, await output.dataPaint()));
    }
    checkArguments(before, tool);
    output.aside(toolHelp(tool, version, commands, PLAIN));
    throw new UsageError("a command is missing");
  }
  if (name === "completion" && rest[0]?.startsWith(WORDS) === true) {
    const [{ complete, FILES }, { commands }] = await Promise.all([
      import("./commands/complete.ts"),
      allCommands(),
    ]);
    const found = complete(rest.slice(1), rest[0].slice(WORDS.length), commands);
    const lines = found === FILES ? [FILES] : found.map(({ text, description }) => `${text}\t${description}`);
    return lines.length === 0 ? undefined : output.plain(lines.join("\n"));
  }
  const command = await findCommand(name, before);
  output.begin(command.name);
  if (asksHelp) {
    const { commandHelp } = await import("./commands/help.ts");
    return output.text("help", commandHelp(command, await output.dataPaint()));
  }
  const checked = checkArguments(rest, command);
  // What a user's module imports is all of the library, which a command that loads no module does without.
  beforeImports(async () => {
    const { keepConsoleOffStdout, keepStdoutForData } = await import("./terminal/user-output.ts");
    keepConsoleOffStdout();
    if (isAsked("json", words)) keepStdoutForData();
    (await import("./virtual-module.ts")).installVirtualModule();
  });
  const data = { output, events };
  if (isFrequent(name)) output.report(await command.run(readArguments(checked, command.args), data));
  else await (await import("./commands/router.ts")).runByCitty(command, checked, data);
}

/** Commands that are run again and again: each of them comes without the others, and without the router. */
const FREQUENT = {
  upgrade: async () => upgrade,
  makemigrations: async () => (await import("./commands/makemigrations.ts")).makemigrations,
  sqlmigrate: async () => (await import("./commands/sqlmigrate.ts")).sqlmigrate,
} as const satisfies Readonly<Record<string, () => Promise<YaraCommand>>>;

function isFrequent(name: string): name is keyof typeof FREQUENT {
  return Object.hasOwn(FREQUENT, name);
}

/** The command of that name. @throws UsageError */
async function findCommand(name: string, before: readonly string[]): Promise<YaraCommand> {
  if (isFrequent(name)) return await FREQUENT[name]();
  const { commands } = await allCommands();
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  // Of an option that is not known, what follows may be the value and no command.
  checkArguments(
    before.filter((word) => !ALWAYS_KNOWN.includes(word)),
    tool,
  );
  const names = commands.map((candidate) => candidate.name);
  const { meantCommand } = await import("./commands/meant-command.ts");
  const meant = meantCommand(name, names);
  throw new UsageError(
    `there is no command ${name}`,
    meant === undefined
      ? `commands: ${names.join(", ")}; yara-orm --help says what they do`
      : `did you mean ${meant}?`,
  );
}

const allCommands = () => import("./commands/all.ts");

/** Runs one command line and ends the process with its exit code. */
export async function runMain(words: readonly string[]): Promise<void> {
  // As usual; see cli.ts.
  whenMuchToDo(() => Bun.unsafe.setJITPolicy?.(1));
  setTimeout(expectToRun, LONG_MS, Infinity).unref();
  // A command line that is wrong is told before the settings are read.
  const json = isAsked("json", words);
  const quiet = isAsked("quiet", words);
  let debug = isAsked("debug", words);
  const colours = coloursAsked(words);
  const paint = await choosePaint(colours, STDERR);
  const live = !json && !quiet && (await canRedraw()) ? new LiveLine() : undefined;
  const output = new Output({ json, quiet, colours, paint, live });
  let progress = live && new (await import("./terminal/progress.ts")).Progress(output, live);
  let ends = false;
  const exit = (code: number) => {
    ends = true;
    progress?.stop();
    // What the user's modules have left open (timers, sockets) does not keep the tool running; nothing is buffered.
    process.exit(code);
  };
  const stopping = new AbortController();
  let connection: Connection | undefined;
  let stopped: keyof typeof SIGNALS | undefined;
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    if (signal === "SIGHUP" && ignoresHangup()) continue;
    process.on(signal, () => {
      // The second time, or with nothing on its way to undo, there is nothing to wait for.
      if (stopped !== undefined) return exit(SIGNALS[signal]);
      if (connection === undefined) {
        progress?.stop();
        tell(new StoppedError(`stopped by ${signal}`), output);
        return exit(SIGNALS[signal]);
      }
      stopped = signal;
      stopping.abort(new StoppedError(`stopped by ${signal}`));
      const session = connection;
      void session.cancel();
      // What ran was no statement, or one that came later: the database takes back what is not committed.
      const end = () => {
        progress?.stop();
        tell(endedAfter(signal), output);
        exit(SIGNALS[signal]);
      };
      setTimeout(() => void session.close().finally(end), GRACE_MS);
    });
  }
  // What a module, or a function of a migration, has started and does not wait for can fail at any time.
  const failLate = (error: unknown) => {
    if (ends || stopped !== undefined) return;
    ends = true;
    progress?.stop();
    tell(unawaited(error), output);
    // What is not committed is taken back.
    void Promise.resolve(connection?.close()).finally(() => exit(EXIT_CODES.failed));
  };
  process.on("uncaughtException", failLate);
  process.on("unhandledRejection", failLate);
  process.on("exit", (code) => {
    if (ends) return;
    progress?.stop();
    tell(endedBefore(code), output);
    exit(EXIT_CODES.failed);
  });
  let show = (_: ManagerEvent): void => {};
  const events: SessionEvents = {
    async prepare() {
      const { showEvent } = await import("./terminal/events.ts");
      show = (event) => (progress === undefined ? showEvent(output, event) : progress.show(event));
    },
    onEvent: (event) => show(event),
    onNotice: (message) => output.note(message),
    async onSettings(settings) {
      debug = settings.debug;
      const asked = coloursAsked(words, settings.color);
      // Most starts have said all of it on the command line, or nothing.
      if (settings.json === json && settings.quiet === quiet && asked === colours) return;
      if (settings.json && !json) (await import("./terminal/user-output.ts")).keepStdoutForData();
      if (settings.json || settings.quiet) {
        progress?.stop();
        progress = undefined;
      }
      const paint = await choosePaint(asked, STDERR);
      output.configure({
        json: settings.json,
        quiet: settings.quiet,
        colours: asked,
        paint,
        live: progress && live,
      });
    },
    signal: stopping.signal,
    onConnection(opened) {
      connection = opened;
      progress?.watch(opened);
    },
  };
  let code = 0;
  try {
    await run(words, output, events);
  } catch (error) {
    if (ends) return;
    progress?.stop();
    code = await report(error, output, words, debug, stopped);
  }
  if (ends) return;
  exit(stopped === undefined ? code : SIGNALS[stopped]);
}

/** By an option, or by its variable. */
function isAsked(option: string, words: readonly string[]): boolean {
  const value = process.env[`YARA_${option.toUpperCase()}`];
  return words.includes(`--${option}`) || value === "1" || value === "true";
}

function tell(error: YaraError, output: Output): void {
  output.error(error.message, error.hint, error.code);
}

function unawaited(error: unknown): YaraError {
  return new YaraError(`code that nobody waited for has failed: ${messageOf(error)}${placeOf(error)}`, {
    hint: "await what a migration, a model or the configuration starts; what was not committed is taken back: yara-orm heads shows what is applied",
    cause: error,
  });
}

function endedAfter(signal: string): YaraError {
  return new YaraError(`stopped by ${signal}: what was running has not ended by itself`, {
    code: "stopped",
    hint: "what was not committed is taken back; yara-orm heads shows what is applied",
  });
}

/** Whoever waits for the tool must not take that for its success. */
function endedBefore(code: number): YaraError {
  return new YaraError(
    `the project's code has ended the process (exit code ${code}) before the command was done`,
    {
      hint: "a migration, a model or the configuration calls process.exit, or waits for what never comes: throw an error instead; yara-orm heads shows what is applied",
    },
  );
}

/** True under nohup, or where nobody can tell: a handler would take that back. */
function ignoresHangup(): boolean {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    // Bits in hexadecimal digits, the first signal in the last (proc(5)): SIGHUP is 1.
    const line = status.indexOf("SigIgn:");
    const digit = Number.parseInt(status.charAt(status.indexOf("\n", line) - 1), 16);
    return line < 0 || Number.isNaN(digit) || (digit & 1) === 1;
  } catch {
    return true;
  }
}

async function report(
  error: unknown,
  output: Output,
  words: readonly string[],
  debug: boolean,
  stopped: keyof typeof SIGNALS | undefined,
): Promise<number> {
  const named = (code: ErrorCode) => (stopped === undefined ? code : "stopped");
  // What a statement failed for that was cancelled, or one that came after it, is not why the command ends.
  const why = (message: string) =>
    stopped === undefined || message.includes("stopped by") ? message : `stopped by ${stopped}: ${message}`;
  const next = await import("./commands/next-command.ts");
  const placed = (hint: string | undefined) => hint && next.withPlaces(hint, words);
  if (debug && error instanceof Error) output.aside(error.stack ?? String(error));
  if (YaraError.is(error)) {
    if (error instanceof NeedsAnswerError && error.questions.length > 0) {
      const hint = [
        placed(error.hint),
        `with the likeliest answers: ${next.commandWithAnswers(words, error.questions)}`,
      ].join("\n");
      output.error(error.message, hint, named(error.code), { questions: error.questions });
      return EXIT_CODES[error.code];
    }
    if (error instanceof ConsentError) {
      const { database, losses, done } = error;
      const hint = `${ranText(done)}; if it is meant: ${next.commandWithConsent(words, database)}`;
      output.error(error.message, hint, named(error.code), { database, losses, done });
      return EXIT_CODES[error.code];
    }
    const findings = error instanceof CheckFailedError ? error.findings : {};
    output.error(why(error.message), placed(error.hint), named(error.code), findings);
    return EXIT_CODES[error.code];
  }
  const message = messageOf(error);
  output.error(
    why(message),
    debug ? undefined : "run it again with --debug to see where this comes from",
    named("failed"),
  );
  return EXIT_CODES.failed;
}
