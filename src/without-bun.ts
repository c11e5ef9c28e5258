import { needsBun } from "./terminal/needs-bun.ts";

// What package.json names in the place of the library for all runtimes but Bun, whose own modules it imports.
throw new Error(needsBun());
