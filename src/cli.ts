#!/usr/bin/env bun
import { printAtOnce, readyText } from "./terminal/ready-texts.ts";

/** Of wrong usage: see main.ts, which Node.js cannot read. */
const WRONG_RUNTIME = 2;

/** How many times as often as usual a function has to run before it is compiled. */
const RELUCTANT = 1_000;

const words = process.argv.slice(2);

if (process.versions.bun === undefined) {
  void import("./terminal/needs-bun.ts").then(({ printNeedsBun }) => {
    printNeedsBun();
    process.exit(WRONG_RUNTIME);
  });
} else {
  // Most commands end before machine code has repaid its making; see whenMuchToDo in main.ts for the others.
  Bun.unsafe.setJITPolicy?.(RELUCTANT);
  void run();
}

async function run(): Promise<void> {
  // All that the tool can do takes as long to load as the runtime itself.
  const text = (await readyText(words)) ?? (await nothingToDo());
  if (text !== undefined && (await printAtOnce(text))) process.exit(0);
  await (await import("./main.ts")).runMain(words);
}

async function nothingToDo(): Promise<string | undefined> {
  if (words[0] !== "upgrade") return undefined;
  return (await import("./nothing-to-do.ts")).nothingToDo(words, process.env);
}
