import { rename, rm, writeFile } from "node:fs/promises";

/** Writes a file completely or not at all: to a temporary name beside it, then renamed over it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
