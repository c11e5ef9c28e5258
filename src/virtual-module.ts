import * as library from "./index.ts";

let installed = false;

/**
 * Serves this library under the name `yara-orm` to every module that is imported from now on: also where no copy is
 * installed, and in place of one that is, so that models and migrations meet in one registry. A second call does nothing.
 */
export function installVirtualModule(): void {
  if (installed) return;
  installed = true;
  Bun.plugin({
    name: "yara-orm",
    setup(build) {
      build.module("yara-orm", () => ({ exports: { ...library }, loader: "object" }));
    },
  });
}
