import { busyTimeout, isBusy } from "../executor/lock.ts";
import { tellingOf } from "../executor/own-table.ts";
import type { Workspace } from "./workspace.ts";

/** Creates the table of records. Returns the names in it, where somebody else was faster. */
export async function createRecords(workspace: Workspace): Promise<string[]> {
  const { connection, recorder } = workspace.database();
  try {
    await tellingOf("the table orm_migrations cannot be created", () =>
      connection.execute(recorder.create()),
    );
    return [];
  } catch (error) {
    const names = await recorder.names(connection);
    if (names === undefined) throw isBusy(error) ? busyTimeout() : error;
    return names;
  }
}
