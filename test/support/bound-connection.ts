import type { Connection } from "../../src/connection/connection.ts";

/** The methods of a connection as a plain object, some of them replaced; those that not every connection has are left out. */
export function bound(connection: Connection, replaced: Partial<Connection> = {}): Connection {
  return {
    dialect: connection.dialect,
    query: (sql, parameters) => connection.query(sql, parameters),
    run: (sql, parameters) => connection.run(sql, parameters),
    execute: (statements) => connection.execute(statements),
    cancel: () => connection.cancel(),
    activity: () => connection.activity(),
    close: (parting) => connection.close(parting),
    ...replaced,
  };
}
