import { check } from "./check.ts";
import { completion } from "./completion.ts";
import type { YaraCommand } from "./define.ts";
import { diff } from "./diff.ts";
import { downgrade } from "./downgrade.ts";
import { heads } from "./heads.ts";
import { history } from "./history.ts";
import { init } from "./init.ts";
import { inspect } from "./inspect.ts";
import { makemigrations } from "./makemigrations.ts";
import { resolve } from "./resolve.ts";
import { sqlmigrate } from "./sqlmigrate.ts";
import { status } from "./status.ts";
import { upgrade } from "./upgrade.ts";
import { verify } from "./verify.ts";

/** Every command, in the order in which a new user meets them. */
export const commands: readonly YaraCommand[] = [
  init,
  makemigrations,
  upgrade,
  downgrade,
  status,
  history,
  heads,
  sqlmigrate,
  check,
  diff,
  verify,
  inspect,
  resolve,
  completion,
];
