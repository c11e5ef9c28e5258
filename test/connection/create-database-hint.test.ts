import { expect, test } from "bun:test";
import { toConnectError } from "../../src/connection/postgres-errors.ts";
import { parseDatabaseUrl } from "../../src/connection/url.ts";
import { run } from "../support/binary.ts";

/** The words that a shell makes of the command for a database that is missing. */
async function wordsFor(url: string): Promise<string[]> {
  const parsed = parseDatabaseUrl(url, {});
  if (parsed.dialect !== "postgres") throw new Error("not a PostgreSQL URL");
  const missing = Object.assign(new Error("the database does not exist"), { code: "3D000" });
  const { hint = "" } = toConnectError(missing, parsed);
  const [, command = ""] = /^create it: createdb (.*)$/.exec(hint) ?? [];
  const script = `printf '%s\\n' ${command}`;
  const { stdout, code } = await run(["/bin/sh", "-c", script], { cwd: "/" });
  expect({ script, code }).toEqual({ script, code: 0 });
  return stdout.trimEnd().split("\n");
}

test.each([
  ["postgres://me@h/db", ["-h", "h", "-p", "5432", "-U", "me", "db"]],
  ["postgres://me@h/a%20b", ["-h", "h", "-p", "5432", "-U", "me", "a b"]],
  ["postgres://me@h/a%27b", ["-h", "h", "-p", "5432", "-U", "me", "a'b"]],
  ["postgres://me@h/%24(id)%3B", ["-h", "h", "-p", "5432", "-U", "me", "$(id);"]],
  ["postgres://me@h/--x", ["-h", "h", "-p", "5432", "-U", "me", "--", "--x"]],
  [
    "postgres://it%27s%20me@%2Frun%2Fmy%20socket/db",
    ["-h", "/run/my socket", "-p", "5432", "-U", "it's me", "db"],
  ],
])("the command that creates the database of %s can be pasted", async (url, words) => {
  expect(await wordsFor(url)).toEqual(words);
});
