/** What says a password in SQL (CREATE ROLE, ALTER ROLE, CREATE USER MAPPING), in a connection string or in a URL. */
const PASSWORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(password\s+)(?:e|u&)?'(?:[^']|'')*'/gi, "$1'***'"],
  [/\b(password\s*=\s*)(?!\s)(?:''[^']*''|\\'[^']*\\'|"[^"]*"|[^\s'",;)]+)/gi, "$1***"],
  [/((?<![a-z0-9+.-])[a-z0-9+.-]*:\/\/[^\s:@/'"]*:)[^\s@'"]{1,4096}@/gi, "$1***@"],
];

/** SQL for people to read, such as in an error: passwords in it are hidden. */
export function hidePasswords(sql: string): string {
  return PASSWORDS.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), sql);
}
