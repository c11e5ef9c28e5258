import { isBusy } from "../executor/lock.ts";
import { tellingOf } from "../executor/own-table.ts";
import { requireDetails } from "./details.ts";
import type { Database, Workspace } from "./workspace.ts";

/**
 * Creates the table of records and, where it is missing as well, that of what is in the applied migrations: at one stroke, which
 * waits for the disk once. Returns the names in it, where somebody else was faster.
 */
export async function createAllRecords(workspace: Workspace): Promise<string[]> {
  const { connection, dialect, recorder, details } = await workspace.database();
  try {
    await connection.execute([dialect.begin, ...recorder.create(), ...details.create(), "COMMIT"]);
    return [];
  } catch (error) {
    await connection.execute(["ROLLBACK"]).catch(() => {});
    if (isBusy(error)) throw error;
    // One by one: it is said which of them cannot be created.
    const names = await createRecords(workspace);
    await requireDetails(workspace);
    return names;
  }
}

/** The table of records and that of what is in the applied migrations, until they are created with the first of these. */
export class MissingTables {
  readonly #workspace: Workspace;
  #statements: readonly string[];

  constructor(workspace: Workspace, { recorder, details }: Database) {
    this.#workspace = workspace;
    this.#statements = [...recorder.create(), ...details.create()];
  }

  /** What creates them at the beginning of a transaction; nothing where they are there. */
  creating(): readonly string[] {
    return this.#statements;
  }

  /** Tells that they have been created. */
  created(): void {
    this.#statements = [];
  }

  /** Creates them now, where they are missing still. @throws DatabaseError that names the one that cannot be created */
  async create(): Promise<void> {
    if (this.#statements.length === 0) return;
    await createAllRecords(this.#workspace);
    this.created();
  }
}

/** Creates the table of records. Returns the names in it, where somebody else was faster. */
export async function createRecords(workspace: Workspace): Promise<string[]> {
  const { connection, recorder } = await workspace.database();
  try {
    await tellingOf("the table orm_migrations cannot be created", () =>
      connection.execute(recorder.create()),
    );
    return [];
  } catch (error) {
    const names = await recorder.names(connection);
    if (names === undefined) throw error;
    return names;
  }
}
