import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { choicePrompt } from "../../src/terminal/choice-prompt.ts";
import { PLAIN } from "../../src/terminal/paint.ts";

const [DOWN, ENTER, BACKSPACE] = ["\u001B[B", "\r", "\u007F"];

/** Types these keys at a question with so many choices. Returns the choice that is taken, by its number, and the screen. */
async function answer(count: number, ...keys: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = "";
  output.on("data", (chunk) => {
    screen += chunk;
  });
  const choices = Array.from({ length: count }, (_, at) => `choice ${at + 1}`);
  const asked = choicePrompt({ message: "Which?", choices, paint: PLAIN }, { input, output });
  for (const key of keys) input.write(key);
  return { taken: (await asked) + 1, screen: stripVTControlCharacters(screen) };
}

test.each<[keys: readonly string[], count: number, taken: number]>([
  [[ENTER], 2, 1],
  [["2", ENTER], 2, 2],
  [["2", DOWN, ENTER], 3, 3],
  [[DOWN, DOWN, DOWN, ENTER], 3, 3],
  [["1", "0", "1", ENTER], 101, 101],
  [["2", "0", "0", BACKSPACE, ENTER], 101, 20],
])("%j of %i choices takes number %i", async (keys, count, taken) => {
  expect((await answer(count, ...keys)).taken).toBe(taken);
});

test.each<[typed: string, count: number]>([
  ["3", 2],
  ["0", 2],
  ["12", 2],
  ["200", 101],
  ["1x", 2],
  ["y", 2],
])("%s of %i choices takes none of them: it is told, and asked again", async (typed, count) => {
  const told = `there is no choice ${typed}, only 1 to ${count}: arrow keys or a number, then Enter`;
  const byNumber = await answer(count, ...typed, ENTER, ENTER, "2", ENTER);
  expect(byNumber.taken).toBe(2);
  expect(byNumber.screen).toContain(told);
  expect(byNumber.screen).toContain("? Which? choice 2\n");
  expect((await answer(count, ...typed, ENTER, "1", DOWN, ENTER)).taken).toBe(2);
});
