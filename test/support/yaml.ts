import { readFileSync } from "node:fs";

/** A YAML file as the type that the test knows it to have. Throws where it is no YAML. */
export function readYaml<T>(path: string): T {
  // What is not as the test says makes that fail.
  return Bun.YAML.parse(readFileSync(path, "utf8")) as T;
}
