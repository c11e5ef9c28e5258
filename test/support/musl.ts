import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, write } from "./temporary-folder.ts";

const LOADER = "/lib/ld-musl-x86_64.so.1";
const LIBRARIES = "/usr/lib/x86_64-linux-gnu";

/** What the C++ library of a system with glibc takes from there, for musl, which has no such functions. */
const MISSING = `#define _GNU_SOURCE
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>
char __libc_single_threaded = 0;
struct { unsigned vendor, type, subtype, features[1]; } __cpu_model;
unsigned __cpu_features2[8];
int __cpu_indicator_init(void) { return 0; }
int _dl_find_object(void *address, void *result) { return -1; }
int __cxa_thread_atexit_impl(void (*call)(void *), void *object, void *library) { return 0; }
uint32_t arc4random(void) { uint32_t number = 0; getrandom(&number, sizeof number, 0); return number; }
size_t __strftime_l(char *to, size_t size, const char *format, const struct tm *time, locale_t locale) {
  return strftime(to, size, format, time);
}
`;

/**
 * Starts what is built for musl on a system with glibc: by the loader of musl, with the C++ library of this system in the
 * place of Alpine's. Needs musl-tools (Debian). Only inside a test.
 */
export function buildMuslLibraries(): {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  if (!existsSync(LOADER)) throw new Error(`${LOADER} is missing: apt-get install musl-tools`);
  const folder = temporaryFolder();
  write(folder, "missing.c", MISSING);
  write(folder, "empty.c", "");
  compile(folder, "missing.c", "libmissing.so");
  compile(folder, "empty.c", "ld-linux-x86-64.so.2");
  for (const name of ["libstdc++.so.6", "libgcc_s.so.1"])
    copyFileSync(join(LIBRARIES, name), join(folder, name));
  return {
    words: [LOADER],
    env: { LD_LIBRARY_PATH: folder, LD_PRELOAD: join(folder, "libmissing.so") },
  };
}

function compile(folder: string, source: string, library: string): void {
  const { exitCode, stderr } = Bun.spawnSync(["musl-gcc", "-shared", "-fPIC", "-o", library, source], {
    cwd: folder,
  });
  if (exitCode !== 0) throw new Error(`musl-gcc: ${stderr}`);
}
