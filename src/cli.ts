#!/usr/bin/env bun
import { printReadyText } from "./terminal/ready-texts.ts";

/** Of wrong usage: see main.ts, which Node.js cannot read. */
const WRONG_RUNTIME = 2;

const words = process.argv.slice(2);

if (process.versions.bun === undefined) {
  void import("./terminal/needs-bun.ts").then(({ printNeedsBun }) => {
    printNeedsBun();
    process.exit(WRONG_RUNTIME);
  });
} else {
  // All that the tool can do takes three times as long to load as the runtime itself.
  void printReadyText(words).then(async (printed) => {
    if (!printed) await (await import("./main.ts")).runMain(words);
  });
}
