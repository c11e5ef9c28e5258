import { connect, type Socket } from "node:net";
import { type FakeServer, startFakeServer } from "./fake-postgres.ts";

/** Something between a client and a PostgreSQL server that stops what is said at a moment that no test could meet by itself. */
export interface PostgresProxy {
  /** The URL of a database on the server, by way of this. */
  through(url: string): string;
  /** Resolves once a client has said `text`. */
  readonly held: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts one. The first message with `text` in it never comes to the server (`request`), or it does and the client never
 * gets an answer (`answer`). That a side has gone the other one hears.
 */
export async function startProxy(
  url: string,
  text: string,
  hold: "request" | "answer",
): Promise<PostgresProxy> {
  const { port, hostname } = new URL(url);
  const held = Promise.withResolvers<void>();
  const proxy: FakeServer = await startFakeServer((client) => {
    const server: Socket = connect(Number(port), hostname);
    let said = "";
    let holding = false;
    client.on("data", (chunk: Buffer) => {
      // What was held back before may be part of the same message.
      said = (said + chunk.toString("latin1")).slice(-64 * 1024);
      if (!holding && said.includes(text)) {
        holding = true;
        held.resolve();
      }
      if (!holding || hold === "answer") server.write(chunk);
    });
    server.on("data", (chunk: Buffer) => {
      if (!holding || hold === "request") client.write(chunk);
    });
    server.on("error", () => client.destroy());
    server.on("close", () => client.end());
    client.on("close", () => server.destroy());
  });
  return {
    held: held.promise,
    through(to) {
      const through = new URL(to);
      through.host = `127.0.0.1:${proxy.port}`;
      return through.href;
    },
    stop: () => proxy.stop(),
  };
}
