import { MigrationManager } from "./manager.ts";
import type { resolveMigration } from "./migrations/resolve.ts";
import { type DatabaseUse, type Opener, openSession, type Session, type SessionEvents } from "./session.ts";
import type { Flags } from "./settings/sources.ts";

/** A session with the manager that works on it. */
export interface Project extends Session {
  readonly manager: MigrationManager;
}

/** Opens a session (see `openSession`) and makes the manager. */
export async function openProject(
  flags: Flags,
  events: SessionEvents,
  use: DatabaseUse,
  version?: string,
  opener?: Opener,
  resolve?: typeof resolveMigration,
): Promise<Project> {
  const session = await openSession(flags, events, use, version, opener, resolve);
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
    signal: events.signal,
    onEvent: (event) => events.onEvent(event),
  });
}
