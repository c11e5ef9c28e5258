import { onTestFinished } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own, in memory and small, which goes when the test ends. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it with a file, and leaves `roomKib` free, or what there is. */
  fill(roomKib: number): void;
  /** Takes that file away again. */
  makeRoom(): void;
  /** Mounts it again: for reading only, for writing, too, or with nothing in it that runs. */
  remount(mode: "ro" | "rw" | "noexec"): void;
  unmount(): void;
}

/**
 * Mounts one of that many KiB. Only inside a test, unless `unmount` is called.
 * @throws Error where this user may mount nothing: such a test can do nothing else
 */
export function smallDisk(
  kib: number,
  options: { readonly files?: number; readonly keep?: boolean } = {},
): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "yara-small-disk-"));
  const inodes = options.files === undefined ? "" : `,nr_inodes=${options.files + 1}`;
  const mounted = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", `size=${kib}k,mode=777${inodes}`, "tmpfs", folder],
    {
      encoding: "utf8",
    },
  );
  if (mounted.status !== 0) {
    rmdirSync(folder);
    throw new Error(
      `this test fills a disk of its own, a small tmpfs, which only root may mount on Linux (in a container with --privileged or ` +
        `--cap-add SYS_ADMIN): ${mounted.error?.message ?? mounted.stderr}`,
    );
  }
  chmodSync(folder, 0o777);
  const filler = join(folder, "filler");
  const unmount = (): void => {
    if (!existsSync(folder)) return;
    // Not before nobody uses it any more, which is when the processes of the test have ended.
    const ended = spawnSync("umount", [folder], { encoding: "utf8" });
    if (ended.status !== 0) throw new Error(`${folder} cannot be unmounted: ${ended.stderr}`);
    rmdirSync(folder);
  };
  if (options.keep !== true) onTestFinished(unmount);
  return {
    folder,
    unmount,
    fill(roomKib) {
      const file = openSync(filler, "w");
      const block = Buffer.alloc(4096, "x");
      let written = 0;
      try {
        for (;;) written += writeSync(file, block);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      } finally {
        closeSync(file);
      }
      const left = Math.max(written - roomKib * 1024, 0);
      spawnSync("truncate", ["--size", String(left), filler]);
    },
    makeRoom: () => rmSync(filler),
    remount(mode) {
      const again = spawnSync("mount", ["-o", `remount,${mode}`, folder], { encoding: "utf8" });
      if (again.status !== 0) throw new Error(`${folder} cannot be mounted as ${mode}: ${again.stderr}`);
    },
  };
}
