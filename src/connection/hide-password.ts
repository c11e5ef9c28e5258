const MASK = "***";

/**
 * The text with the passwords of all URLs in it, also of those without their colon, of lists such as `host=x password=y`, and of
 * SQL such as `PASSWORD 'x'`, replaced by `***`. Hides rather too much than too little: where a password holds an unencoded `@`, everything up to the
 * last one of the word is taken for it. The example in hints, `user:password@host`, stays. Takes time in proportion to the
 * text: each word is tried from its beginning only, and a password has an end.
 */
export function hidePassword(text: string): string {
  // Most texts have nothing in which a password could be, and it takes time to make the expressions below.
  const mayHave =
    text.includes("//") ||
    text.includes(":/") ||
    text.includes("=") ||
    text.toLowerCase().includes("password");
  if (!mayHave) return text;
  const whole = /^\s*[a-z][a-z0-9+.-]*[^\w\s/]?\/\//i.test(text) && !text.includes("\n");
  const userinfo = whole
    ? /^(\s*[a-z][a-z0-9+.-]*[^\w\s/]?\/\/[^:@/]*:).*@/is
    : /((?<![a-z0-9+.-])[a-z0-9+.-]*(?:[^\w\s/]?\/\/|:\/(?!\/))(?!user:password@host\b)[^\s:@/]*:)\S{0,4096}@/gi;
  return text
    .replace(userinfo, `$1${MASK}@`)
    .replace(
      // Without an @ a SQLite URL has no login: what follows the colon in sqlite://:memory: is no password.
      /((?<![a-z0-9+.-])(?!sqlite:)[a-z0-9+.-]*:\/\/[^\s:@/[]*:)(?!\d*(?:[/?,\s]|$))[^\s@]+(?![^\s@]*@)/gi,
      (match, start: string) => (match.endsWith(MASK) ? match : `${start}${MASK}`),
    )
    .replace(
      // The value of an option ends at a space where there is other text around the URL.
      whole ? /([?&])([^=&?]*)=([^&]*)/g : /([?&])([^=&?\s]*)=([^&\s]*)/g,
      (match, before: string, key: string) => (isPassword(key) ? `${before}${key}=${MASK}` : match),
    )
    .replace(/((?<!--rename)\s(?:ssl)?password\s*=\s*)('(?:[^']|'')*'|[^&\s]+)/gi, `$1${MASK}`)
    .replace(/(\bpassword\s+(?:e|u&)?)('(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\3\$)/gi, `$1'${MASK}'`);
}

/** A key may be percent-encoded like all else in a URL. */
function isPassword(key: string): boolean {
  try {
    return /^(?:ssl)?password$/i.test(decodeURIComponent(key));
  } catch {
    return false;
  }
}
