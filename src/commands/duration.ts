import { durationMs } from "../duration.ts";
import { UsageError } from "../errors.ts";

/** The milliseconds that an option says, see `durationMs`. @throws UsageError naming the option */
export function parseDuration(text: string, option: string): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  throw new UsageError(`${option} ${text} is no duration`, `as in ${option} 30s, 500ms, 10m or 1h`);
}
