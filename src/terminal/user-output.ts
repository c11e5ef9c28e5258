/** From now on what the project's code prints with `console.log` and the like goes to stderr: stdout is for data. */
export function keepConsoleOffStdout(): void {
  const { warn } = console;
  Object.assign(console, { log: warn, info: warn, debug: warn, group: warn, groupCollapsed: warn });
  // What hardly anybody calls needs a console of its own, which is made when somebody does.
  let made: InstanceType<typeof console.Console> | undefined;
  for (const name of RARE) {
    console[name] = (...values: readonly unknown[]) => {
      made ??= new console.Console(process.stderr, process.stderr);
      Reflect.apply(made[name], made, values);
    };
  }
}

const RARE = [
  "dir",
  "dirxml",
  "table",
  "count",
  "countReset",
  "time",
  "timeEnd",
  "timeLog",
  "trace",
] as const satisfies readonly (keyof Console)[];

/**
 * The same for what it writes to `process.stdout`: nothing but the object of `--json` may come there. What the tool prints does
 * not go through it; and to put something in its place makes it first, which takes as long as a third of a start.
 */
export function keepStdoutForData(): void {
  Object.defineProperty(process, "stdout", { configurable: true, get: () => process.stderr });
}
