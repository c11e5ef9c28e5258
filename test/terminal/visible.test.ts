import { expect, test } from "bun:test";
import { visible } from "../../src/terminal/visible.ts";

test("what would command a terminal is shown, and text stays text", () => {
  expect(visible("a\u001b[31mred\u0007\r\u009b\u202e")).toBe("a\\u001b[31mred\\u0007\\u000d\\u009b\\u202e");
  expect(visible("é\tü\n漢字 👍")).toBe("é\tü\n漢字 👍");
});
