import { expect, test } from "bun:test";
import { FailedTests } from "./failed-tests.ts";

const OUTPUT = `a.test.ts:
a word of a test that succeeds
(pass) one [0.1ms]
error: two
      at a.test.ts:1:1
(fail) group > two [0.2ms]
(skip) three

b.test.ts:
(pass) four [0.1ms]

a.test.ts:
error: five
\u001b[31m(fail)\u001b[0m five [0.3ms]

c.test.ts:

# Unhandled error between tests
-------------------------------
error: Cannot find module
-------------------------------


2 tests failed:
(fail) group > two [0.2ms]
(fail) five [0.3ms]

 2 pass
 3 fail
`;

test("failed tests are found with their file and their error, however the output is cut", () => {
  const expected = [
    "a.test.ts:\nerror: two\n      at a.test.ts:1:1\n(fail) group > two [0.2ms]",
    "a.test.ts:\nerror: five\n\u001b[31m(fail)\u001b[0m five [0.3ms]",
    "c.test.ts:\n\n# Unhandled error between tests\n-------------------------------\nerror: Cannot find module\n-------------------------------",
  ];
  for (const size of [1, 7, OUTPUT.length]) {
    const failed = new FailedTests();
    for (let start = 0; start < OUTPUT.length; start += size) failed.add(OUTPUT.slice(start, start + size));
    expect(failed.found).toEqual(expected);
  }
});
