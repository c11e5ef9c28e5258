import { MigrationManager } from "./manager.ts";
import {
  type DatabaseUse,
  type Opening,
  openSession,
  type Session,
  type SessionEvents,
  type SessionFlags,
} from "./session.ts";

/** A session with the manager that works on it. */
export interface Project extends Session {
  readonly manager: MigrationManager;
}

/** Opens a session (see `openSession`) and makes the manager. */
export async function openProject(
  flags: SessionFlags,
  events: SessionEvents,
  use: DatabaseUse,
  version?: string,
  opening: Opening = {},
): Promise<Project> {
  const session = await openSession(flags, events, use, version, opening);
  return { ...session, manager: await managerOn(session, events) };
}

/** The manager that works on a session. */
export async function managerOn(
  { settings, connection }: Session,
  events: SessionEvents,
): Promise<MigrationManager> {
  await events.prepare();
  return new MigrationManager({
    directory: settings.directory,
    app: settings.app,
    models: settings.models,
    connection,
    onEvent: (event) => events.onEvent(event),
  });
}
