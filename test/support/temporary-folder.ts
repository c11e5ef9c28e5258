import { onTestFinished } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Writes files into a new folder outside the project, which goes when the test ends. Only inside a test. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): string {
  // Bun reports the real paths of modules, and the temporary directory may be a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "yara-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) write(folder, name, text);
  return folder;
}

export function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** The error that `work` rejects with. */
export async function failure(work: Promise<unknown>): Promise<Error & { hint?: string; code?: string }> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`expected an error, got ${Bun.inspect(error)}`);
  return error;
}
