import { readFileSync, statSync } from "node:fs";

/** A process that writes, as far as the system tells. */
export interface SqliteWriter {
  readonly pid?: number;
  /** The name of its program. */
  readonly application?: string;
}

/**
 * What a writer locks, from the first byte to the last: in the file itself PENDING, RESERVED and SHARED
 * (https://www.sqlite.org/lockingv3.html, 3; their places are in os_unix.c), beside a write-ahead log WAL_WRITE_LOCK in its index
 * (https://www.sqlite.org/walformat.html, 2.3.1). Readers lock some of these bytes as well, but not for writing.
 */
const PLACES = [
  { suffix: "", first: 0x4000_0000, last: 0x4000_01ff },
  { suffix: "-shm", first: 120, last: 120 },
] as const;

/**
 * Who writes to a SQLite file at this moment: asked of Linux (proc_locks(5)), because SQLite itself would tell only whom it refuses
 * a lock, and taking one could refuse it to an application. Undefined where nobody writes, where the system has no such list, and
 * where the process is in none that this one sees, as that of another container.
 */
export function sqliteWriter(path: string): SqliteWriter | undefined {
  const text = textOf("/proc/locks");
  const locks = text === undefined ? [] : readLocks(text);
  for (const { suffix, first, last } of PLACES) {
    const file = identify(path + suffix);
    const held = locks.find(
      (lock) => file !== undefined && isOn(file, lock) && lock.first <= last && lock.last >= first,
    );
    if (held !== undefined) return writerOf(held);
  }
  return undefined;
}

/** A lock for writing that somebody holds on a part of a file. */
export interface WriteLock {
  /** Undefined for a lock that belongs to an open file, and so to no process. */
  readonly pid: number | undefined;
  /** In hexadecimal digits, `08:01`. */
  readonly device: string;
  readonly inode: string;
  readonly first: number;
  readonly last: number;
}

/** The locks for writing in the text of `/proc/locks`, without those that are waited for. */
export function readLocks(text: string): WriteLock[] {
  const lines = text.matchAll(
    /^\d+: (?:POSIX|OFDLCK) +\w+ +WRITE +(-?\d+) ([\da-f]+:[\da-f]+):(\d+) (\d+) (\d+|EOF)$/gm,
  );
  return [...lines].map(([, pid, device = "", inode = "", first, last]) => ({
    pid: Number(pid) > 0 ? Number(pid) : undefined,
    device,
    inode,
    first: Number(first),
    last: last === "EOF" ? Number.POSITIVE_INFINITY : Number(last),
  }));
}

interface FileId {
  readonly inode: string;
  /** Undefined where the list of locks may have another one for the same file. */
  readonly device: string | undefined;
}

function isOn({ inode, device }: FileId, lock: WriteLock): boolean {
  return lock.inode === inode && (device === undefined || lock.device === device);
}

/** Undefined where there is no such file. */
function identify(path: string): FileId | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return undefined;
  // As in makedev(3).
  const major = ((found.dev >> 32n) & 0xffff_f000n) | ((found.dev >> 8n) & 0xfffn);
  const minor = ((found.dev >> 12n) & 0xffff_ff00n) | (found.dev & 0xffn);
  // A file on btrfs, or in a container, may have one that no mount has, and its locks have that of the mount.
  const isMounted = textOf("/proc/self/mountinfo")?.includes(` ${major}:${minor} `) === true;
  const hex = (part: bigint) => part.toString(16).padStart(2, "0");
  return { inode: `${found.ino}`, device: isMounted ? `${hex(major)}:${hex(minor)}` : undefined };
}

function writerOf({ pid }: WriteLock): SqliteWriter {
  if (pid === undefined) return {};
  const application = textOf(`/proc/${pid}/comm`)?.trim();
  return { pid, ...(application ? { application } : {}) };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
