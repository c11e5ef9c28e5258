import { tellingOf } from "../executor/own-table.ts";
import type { Workspace } from "./workspace.ts";

/** Creates the table of what is in the applied migrations, where it is missing. */
export async function requireDetails(workspace: Workspace): Promise<void> {
  const { connection, details } = await workspace.database();
  if ((await details.read(connection)) !== undefined) return;
  try {
    await tellingOf("the table orm_migration_details cannot be created", () =>
      connection.execute(details.create()),
    );
  } catch (error) {
    // Somebody else may have been faster.
    if ((await details.read(connection)) === undefined) throw error;
  }
}
