/** From now on what the project's code prints with `console.log` and the like goes to stderr: stdout is for data. */
export function keepConsoleOffStdout(): void {
  // What the tool itself prints does not go through it.
  Object.defineProperty(process, "stdout", { configurable: true, get: () => process.stderr });
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
