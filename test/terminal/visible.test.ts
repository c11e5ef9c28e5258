import { expect, test } from "bun:test";
import { visible, visibleLine } from "../../src/terminal/visible.ts";

test("what would command a terminal is shown, and text stays text", () => {
  expect(visible("a\u001b[31mred\u0007\r\u009b\u202e")).toBe("a\\u001b[31mred\\u0007\\u000d\\u009b\\u202e");
  expect(visible("é\tü\n漢字 👍")).toBe("é\tü\n漢字 👍");
});

test("a line may have colours", () => {
  expect(visibleLine("\u001b[1;31mred\u001b[39m \u001b[2J\u0007")).toBe(
    "\u001b[1;31mred\u001b[39m \\u001b[2J\\u0007",
  );
});
