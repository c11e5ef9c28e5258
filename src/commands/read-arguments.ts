import type { ArgsDef } from "citty";

/**
 * The arguments that checked words stand for (see `checkArguments`), by name: texts, true for a flag that is given,
 * false for `x` where `--no-x` is, and the defaults of what is not there; of a flag they only say what it means.
 */
export function readArguments(words: readonly string[], args: ArgsDef): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const positionals: string[] = [];
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type === "positional") positionals.push(name);
    if (arg.default !== undefined && arg.type !== "boolean") values[name] = arg.default;
  }
  for (const word of words) {
    if (!word.startsWith("--")) {
      const name = positionals.shift();
      if (name !== undefined) values[name] = word;
      continue;
    }
    const at = word.indexOf("=");
    if (at >= 0) values[word.slice(2, at)] = word.slice(at + 1);
    else if (word.startsWith("--no-")) values[word.slice("--no-".length)] = false;
    else values[word.slice(2)] = true;
  }
  return values;
}
