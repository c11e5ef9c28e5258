import { join } from "node:path";
import { version } from "../src/version.ts";

/*
 * Prints what CHANGELOG.md says of the version of a tag, and fails where the tag is of another version than the package.
 *
 *   npm run release-notes --silent -- v0.1.0
 */

if (import.meta.main) {
  const [tag] = process.argv.slice(2);
  if (tag !== `v${version}`)
    throw new Error(`the tag is ${tag}, and package.json has the version ${version}`);
  console.log(notesOf(version, await Bun.file(join(import.meta.dir, "../CHANGELOG.md")).text()));
}

/** The section of a version, without its heading. Throws where there is none, or nothing in it. */
export function notesOf(version: string, changelog: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}] - `));
  const notes = section?.slice(section.indexOf("\n")).trim();
  if (!notes) throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return notes;
}
