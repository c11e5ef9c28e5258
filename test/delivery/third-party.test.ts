import { expect, test } from "bun:test";
import { thirdPartyNotices } from "../../build/third-party.ts";
import lock from "../../package-lock.json" with { type: "json" };

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const NOTICES = thirdPartyNotices().split(`\n\n${"-".repeat(80)}\n\n`);

test("each package that is not of the development alone is listed, with its version and licence", () => {
  const packages = Object.entries<Locked>(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== "" && dev !== true && devOptional !== true)
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return `${name} ${version}, https://www.npmjs.com/package/${name}: ${license}`;
    });
  const [, bun, ...listed] = NOTICES.map((notice) => notice.split("\n", 1)[0] ?? "");
  expect(bun).toStartWith(`Bun ${Bun.version}, `);
  expect(listed).toEqual(packages.sort());
  // Far from the dependencies of package.json.
  expect(listed.join("\n")).toContain("\nfast-string-truncated-width ");
});

test("the licence of each is there in full, but for one that asks for nothing", () => {
  for (const notice of NOTICES.slice(2)) {
    if (notice.includes(": Unlicense")) continue;
    expect(notice).toMatch(/copyright/i);
    expect(notice).toMatch(/\bTHE SOFTWARE IS PROVIDED "AS IS"/);
  }
});
