const MASK = "***";

/**
 * The text with the passwords of all URLs in it replaced by `***`. Hides rather too much than too little: where a
 * password holds an unencoded `@`, everything up to the last one of the word is taken for it.
 */
export function hidePassword(text: string): string {
  const whole = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const userinfo = whole
    ? /^(\s*[a-z][a-z0-9+.-]*:\/\/[^:@/]*:).*@/is
    : /([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)\S*@/gi;
  return text
    .replace(userinfo, `$1${MASK}@`)
    .replace(
      /([a-z][a-z0-9+.-]*:\/\/[^\s:@/[]*:)(?!\d*(?:[/?,\s]|$))[^\s@]+(?![^\s@]*@)/gi,
      (match, start: string) => (match.endsWith(MASK) ? match : `${start}${MASK}`),
    )
    .replace(/([?&\s](?:ssl)?password\s*=\s*)[^&\s]+/gi, `$1${MASK}`);
}
