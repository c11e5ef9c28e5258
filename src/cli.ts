#!/usr/bin/env bun
import { printReadyText } from "./terminal/ready-texts.ts";

const words = process.argv.slice(2);

// All that the tool can do takes three times as long to load as the runtime itself.
void printReadyText(words).then(async (printed) => {
  if (!printed) await (await import("./main.ts")).runMain(words);
});
