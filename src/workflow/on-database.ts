/** All that works on a database: loaded as one, when the first of it is used. */

export { decide } from "./decide.ts";
export { diff } from "./diff.ts";
export { downgrade } from "./downgrade.ts";
export { appliedMigrations, heads } from "./heads.ts";
export { inspect } from "./inspect.ts";
export { dryRun, plan } from "./plan.ts";
export { rehash } from "./rehash.ts";
export { status } from "./status.ts";
export { upgrade } from "./upgrade.ts";
export { verify } from "./verify.ts";
