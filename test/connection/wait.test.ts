import { expect, test } from "bun:test";
import { waitForServer } from "../../src/connection/wait.ts";
import { ConnectionError } from "../../src/errors.ts";
import { rejection } from "../support/rejection.ts";

const unavailable = (message: string) => new ConnectionError(message, undefined, undefined, "unavailable");

test("the reason why there is no server is not that the last try was cut short", async () => {
  const left: number[] = [];
  const error = await rejection(
    waitForServer(
      async (leftMs) => {
        left.push(leftMs);
        if (left.length === 1) throw unavailable("the host name is not known");
        // Timers count in whole milliseconds, and may end before their time.
        await Bun.sleep(leftMs - 3);
        throw unavailable(`no answer within ${leftMs} ms`);
      },
      1000,
      () => {},
    ),
  );
  expect(error.message).toBe("the host name is not known");
  expect(left).toHaveLength(2);
  expect(Math.min(...left)).toBeGreaterThanOrEqual(50);
});
