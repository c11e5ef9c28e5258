import { lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { messageOf } from "./shown.ts";

/** True for a path that has an entry, also a link that leads to nothing. */
export function hasEntry(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Why it cannot be looked at is what reading or writing will say.
    return false;
  }
}

/** What is behind a path, links followed; undefined where nobody can tell. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** True where there is nothing behind a path. What cannot be looked at is something: reading it says why. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Why a path is not that of a file, in words, without opening it: a pipe would wait for ever, and a device may have no end. */
export function whyNoFile(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true) return undefined;
    if (found !== undefined)
      return `it is ${found.isDirectory() ? "a folder" : "a pipe, a socket or a device"}`;
    return linkIn(path) ?? "there is no such file";
  } catch (error) {
    return linkIn(path) ?? messageOf(error);
  }
}

/** A link, which leads to nothing. */
function linkIn(path: string): string | undefined {
  try {
    return `it is a link to ${readlinkSync(path)}, which leads to no file`;
  } catch {
    return undefined;
  }
}
