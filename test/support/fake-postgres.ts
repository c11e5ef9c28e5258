import { createServer, type Socket } from "node:net";

/** A server that says what a test wants it to say, for what a real one cannot be brought to do. */
export interface FakeServer {
  readonly port: number;
  /** How many sockets were opened. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1 that gives each socket to `talk`. */
export async function startFakeServer(talk: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    get connections() {
      return connections;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A message of the PostgreSQL protocol: its kind, its length, its body. */
export function message(kind: string, ...body: (string | number[])[]): Buffer {
  const content = Buffer.concat(body.map((part) => Buffer.from(part as string)));
  const head = Buffer.alloc(5);
  head.write(kind, "latin1");
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

/** The error that ends a session. */
export function fatal(code: string, text: string): Buffer {
  return message("E", `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
}

export const AUTHENTICATION_OK: Buffer = message("R", [0, 0, 0, 0]);
export const CLEARTEXT_PASSWORD: Buffer = message("R", [0, 0, 0, 3]);
export const READY: Buffer = message("Z", "I");
export const EMPTY_QUERY: Buffer = message("I");
