import { connect as connectPlain, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { ConnectionError } from "../errors.ts";
import { readCertificates } from "./postgres-certificates.ts";
import type { PostgresUrl } from "./postgres-url.ts";

const SSL_REQUEST = [0, 0, 0, 8, 4, 210, 22, 47];
const CANCEL_REQUEST = 80877102;
const CANCEL_DEADLINE_MS = 5_000;

/**
 * Opens a socket to the server, encrypted as `url.sslMode` asks (PostgreSQL manual, 34.18.1 and 55.2.10). `allow` is
 * treated as `prefer`, which encrypts wherever it can. Destroys the socket when `signal` aborts.
 * @throws the socket's own error, ConnectionError, UsageError for a file that cannot be read or is no certificate
 */
export async function openSocket(url: PostgresUrl, signal: AbortSignal): Promise<Socket> {
  const tls = tlsOptions(url);
  const socket = await openPlain(url, signal);
  if (tls === undefined) return socket;
  const optional = url.sslMode === "prefer" || url.sslMode === "allow";
  try {
    if (!(await askForTls(socket))) {
      if (optional) return socket;
      throw new ConnectionError(
        `the server at ${url.host}:${url.port} does not support SSL, and sslmode is ${url.sslMode}`,
        "switch SSL on at the server, or set sslmode=disable where the network is trusted",
      );
    }
    return await startTls(socket, tls, signal);
  } catch (error) {
    socket.destroy();
    if (!optional || signal.aborted || error instanceof ConnectionError) throw error;
    return openPlain(url, signal);
  }
}

/** Asks the server to cancel what the session `backend` runs, and waits until it has been told. Never throws. */
export async function sendCancel(url: PostgresUrl, backend: { pid: number; secret: number }): Promise<void> {
  const signal = AbortSignal.timeout(CANCEL_DEADLINE_MS);
  try {
    const socket = await openSocket(url, signal);
    const message = Buffer.alloc(16);
    message.writeInt32BE(16, 0);
    message.writeInt32BE(CANCEL_REQUEST, 4);
    message.writeInt32BE(backend.pid, 8);
    message.writeInt32BE(backend.secret, 12);
    // The server answers by closing.
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.resume();
    socket.write(message);
    await closed;
  } catch {
    // The statement goes on, and its own end is reported to the one who runs it.
  }
}

function openPlain(url: PostgresUrl, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket =
      url.socket === undefined
        ? connectPlain({ host: url.host, port: url.port })
        : connectPlain({ path: url.socket });
    watch(socket, signal, reject);
    socket.once("connect", () => {
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** True when the server agrees to go on with TLS. */
function askForTls(socket: Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    const onClose = (): void => reject(closedAtOnce());
    socket.once("close", onClose);
    socket.once("data", (answer: Buffer) => {
      socket.removeListener("error", reject);
      socket.removeListener("close", onClose);
      const text = answer.toString("latin1");
      // More than one byte could have been put there by somebody else before the encryption begins.
      if (text === "S" || text === "N") resolve(text === "S");
      else
        reject(
          new ConnectionError("the server does not speak the PostgreSQL protocol", "check host and port"),
        );
    });
    socket.write(Buffer.from(SSL_REQUEST));
  });
}

function startTls(socket: Socket, options: ConnectionOptions, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({ ...options, socket });
    watch(secure, signal, reject);
    secure.once("secureConnect", () => resolve(secure));
  });
}

function watch(socket: Socket, signal: AbortSignal, reject: (error: unknown) => void): void {
  // Stays: an error event that nobody listens to would end the process.
  socket.on("error", reject);
  socket.once("close", () => reject(closedAtOnce()));
  const abort = (): void => {
    reject(signal.reason);
    socket.destroy();
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", abort));
}

function tlsOptions(url: PostgresUrl): ConnectionOptions | undefined {
  if (url.sslMode === "disable" || url.socket !== undefined) return undefined;
  const certificates = readCertificates(url);
  const mode = url.sslMode === "require" && certificates.ca !== undefined ? "verify-ca" : url.sslMode;
  const verifies = mode === "verify-ca" || mode === "verify-full";
  return {
    ...(isIP(url.host) === 0 ? { servername: url.host } : {}),
    ...certificates,
    ...(mode === "verify-ca" ? { checkServerIdentity: () => undefined } : {}),
    // Without servername Node checks the certificate against "localhost" unless it is told the address.
    ...(isIP(url.host) === 0 ? {} : { host: url.host }),
    rejectUnauthorized: verifies,
  };
}

/** A server that is just starting, or a proxy in front of one, may do so. */
function closedAtOnce(): ConnectionError {
  return new ConnectionError("the server closed the connection at once", undefined, undefined, "unavailable");
}
