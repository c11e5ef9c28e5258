import { chmodSync, copyFileSync, linkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Finished, requireBinary, run, yaraOrm } from "./binary.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The user "nobody". */
export const NOBODY = 65534;

/** Runs the executable in a folder as somebody to whom permissions apply: for root nothing is read-only. Only inside a test. */
export function asNobody(cwd: string): (...words: string[]) => Promise<Finished> {
  if (process.getuid?.() !== 0) return (...words) => yaraOrm(words, { cwd });
  // This project may lie where nobody else can go.
  const program = join(temporaryFolder(), "yara-orm");
  chmodSync(dirname(program), 0o755);
  try {
    linkSync(requireBinary(), program);
  } catch {
    copyFileSync(requireBinary(), program);
  }
  return (...words) => run([program, ...words], { cwd, uid: NOBODY });
}
