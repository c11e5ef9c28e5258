import type { Chooser } from "../support/chooser.ts";

/** JavaScript expressions that nobody expects where names, options and lists belong. */
const ODD: readonly [string, ...string[]] = [
  "undefined",
  "null",
  "0",
  "-1",
  "1.5",
  "NaN",
  "Infinity",
  "2 ** 60",
  "10n",
  "true",
  "false",
  '""',
  '" "',
  '"x".repeat(100_000)',
  '"a\\nb"',
  '"\\u0000"',
  '"\\u001b[31mred"',
  '"\\ud800"',
  '"\\u202e"',
  '"a.b.c"',
  "'\"; DROP TABLE t; --'",
  '"__proto__"',
  '"constructor"',
  '"id"',
  '"t"',
  "[]",
  "[[]]",
  "[undefined]",
  '["id", "id"]',
  "{}",
  "{ __proto__: null }",
  '{ kind: "int" }',
  "{ toString: null, valueOf: null }",
  "{ postgres: 1 }",
  '{ postgres: "SELECT 1", sqlite: "SELECT 1" }',
  "() => {}",
  "class {}",
  "Symbol('s')",
  "new Date()",
  "new Date(NaN)",
  "new Map([[1, 2]])",
  "new Set([1])",
  "/x/",
  "new Error('e')",
  "Promise.resolve(1)",
  "Buffer.from('x')",
  "new Proxy({}, { get() { throw new Error('trap') }, ownKeys() { throw new Error('trap') } })",
  "{ get kind() { throw new Error('getter') } }",
  "(() => { const loop = {}; loop.loop = loop; return loop; })()",
  "(() => { const loop = []; loop.push(loop); return loop; })()",
  "Object.freeze([1])",
  "globalThis",
  "import.meta",
];

export const oddExpression = (choose: Chooser): string => choose.oneOf(ODD);

/** A text that is no good name. */
export const oddName = (choose: Chooser): string =>
  choose.oneOf([
    '""',
    '" "',
    '"\\u0000"',
    '"\\u001b[31m"',
    '"__proto__"',
    '"constructor"',
    '"a.b"',
    '"pk"',
    '"objects"',
    '"x".repeat(500)',
  ]);

/** The text with some of its values, between \u00ab and \u00bb, replaced by odd ones. */
export function withOdd(choose: Chooser, text: string, percent = 12): string {
  return text.replaceAll(/\u00ab([^\u00ab\u00bb]*)\u00bb/g, (_, value: string) =>
    choose.chance(percent) ? oddExpression(choose) : value,
  );
}

/** Text as bytes, with some of them lost, doubled or changed. */
export function damaged(choose: Chooser, text: string): Uint8Array {
  const bytes = [...new TextEncoder().encode(text)];
  const strokes = choose.below(6);
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    const at = choose.below(bytes.length + 1);
    switch (choose.below(6)) {
      case 0:
        bytes.splice(at, 1 + choose.below(40));
        break;
      case 1:
        bytes.splice(at, 0, choose.below(256));
        break;
      case 2:
        bytes[at] = choose.below(256);
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + choose.below(60)));
        break;
      case 4:
        bytes.length = at;
        break;
      default:
        bytes.splice(
          at,
          0,
          ...choose.oneOf<readonly number[]>([
            [0],
            [0xef, 0xbb, 0xbf],
            [0xff, 0xfe],
            [0xed, 0xa0, 0x80],
            [0x1b, 0x5b],
          ]),
        );
    }
  }
  return Uint8Array.from(bytes);
}
