/** Where a text stops being JSON (RFC 8259), as line and column from 1; undefined where it is JSON. */
export function jsonErrorAt(text: string): { line: number; column: number } | undefined {
  let at = 0;
  const take = (token: RegExp) => {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found !== undefined;
  };
  const members = (end: RegExp, member: () => boolean) => {
    if (take(end)) return true;
    do if (!member()) return false;
    while (take(/[ \t\n\r]*,[ \t\n\r]*/y));
    take(SPACE);
    return take(end);
  };
  const value = (): boolean => {
    if (take(/\{[ \t\n\r]*/y))
      return members(/\}/y, () => take(STRING) && take(/[ \t\n\r]*:[ \t\n\r]*/y) && value());
    if (take(/\[[ \t\n\r]*/y)) return members(/\]/y, value);
    return take(STRING) || take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y) || take(/true|false|null/y);
  };
  take(SPACE);
  const isValue = value();
  take(SPACE);
  if (isValue && at === text.length) return undefined;
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
