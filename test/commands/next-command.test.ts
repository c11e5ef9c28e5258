import { expect, test } from "bun:test";
import { commands } from "../../src/commands/all.ts";
import { checkArguments } from "../../src/commands/arguments.ts";
import { withPlaces } from "../../src/commands/next-command.ts";

/** The words of a command that somebody has given all places to. */
const GIVEN = [
  ..."upgrade --dir d --app a --db sqlite:///a.db --models m.ts".split(" "),
  ..."--env e --env-file f --config c --lock-mode row".split(" "),
];

test("an advised command gets the places that it takes, and no others", () => {
  for (const command of commands) {
    const [, name, ...words] = withPlaces(`yara-orm ${command.name}`, GIVEN).split(" ");
    const version = Object.values(command.args).some((arg) => arg.required === true) ? ["1"] : [];
    expect(() => checkArguments([...version, ...words], command)).not.toThrow();
    expect(name).toBe(command.name);
    expect(words.includes("--lock-mode")).toBe("lock-mode" in command.args);
  }
});

test("the database and the models are named to those that look at them", () => {
  expect(withPlaces("write it with: yara-orm makemigrations --merge", GIVEN)).toBe(
    "write it with: yara-orm makemigrations --merge --dir d --app a --models m.ts --env e --env-file f --config c",
  );
  expect(
    withPlaces("or: yara-orm resolve 0002_x --reverted", ["upgrade", "--db=a.db", "--lock-mode=row"]),
  ).toBe("or: yara-orm resolve 0002_x --reverted --db a.db --lock-mode row");
  expect(withPlaces("yara-orm heads shows what is applied", ["upgrade", "--lock-mode", "row"])).toBe(
    "yara-orm heads shows what is applied",
  );
});
