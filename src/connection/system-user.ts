import { readFileSync } from "node:fs";

/** Of every account a line: `name:password:number:...` (passwd(5)). */
const ACCOUNTS = "/etc/passwd";

/**
 * The name of the user that the process runs as, which libpq takes for the role; undefined where it has none. It is asked for by its
 * number: variables belong to a login, which a container has not had, and `os.userInfo()` knows no more than these (Bun 1.4).
 * They count where the accounts are kept elsewhere.
 */
export function systemUser(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { USER, LOGNAME, USERNAME } = environment;
  return accountName(process.geteuid?.()) || USER || LOGNAME || USERNAME || undefined;
}

function accountName(number: number | undefined): string | undefined {
  if (number === undefined) return undefined;
  const accounts = accountLines().map((line) => line.split(":"));
  return accounts.find(([, , id]) => id === String(number))?.[0];
}

function accountLines(): string[] {
  try {
    return readFileSync(ACCOUNTS, "utf8").split("\n");
  } catch {
    return [];
  }
}
