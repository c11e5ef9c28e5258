/** What only the messages of the server tell and the driver keeps to itself. */
export interface WireFacts {
  /** Statements that the server has completed since the last `reset`. */
  readonly completed: number;
  /** Transactions that the server has committed since then, before any that it rolled back. */
  readonly committed: number;
  /** The server's last words, where it ended the session itself. */
  readonly fatal: string | undefined;
  /** The session was in a transaction, also a failed one, when it last became idle. */
  readonly inTransaction: boolean;
  /** The process and its secret, by which a running statement is cancelled. */
  readonly backend: { readonly pid: number; readonly secret: number } | undefined;
}

/** Where a message begins with its kind (one byte) and its length (four bytes, counting themselves). */
const HEADER = 5;
const COMMAND_COMPLETE = 67; // C
const EMPTY_QUERY = 73; // I
const ERROR = 69; // E
const BACKEND_KEY = 75; // K
const READY = 90; // Z
const IDLE = 73; // I, as the status in Z

/** Bytes of the longest tag with which a transaction ends. */
const LONGEST_END = "ROLLBACK\0".length;

/** The messages whose bodies are read. */
const READ_WHOLE: readonly number[] = [COMMAND_COMPLETE, ERROR, BACKEND_KEY, READY];

/** Reads along what the server sends (PostgreSQL manual, 55.7 "Message Formats"), without changing it. */
export class WireReader implements WireFacts {
  completed = 0;
  committed = 0;
  inTransaction = false;
  fatal: string | undefined;
  backend: { readonly pid: number; readonly secret: number } | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #skip = 0;
  #rolledBack = false;

  reset(): void {
    this.completed = 0;
    this.committed = 0;
    this.#rolledBack = false;
  }

  read(chunk: Buffer): void {
    let data = chunk;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, data.length);
      this.#skip -= skipped;
      data = data.subarray(skipped);
    }
    if (this.#pending.length > 0) data = Buffer.concat([this.#pending, data]);
    let at = 0;
    while (data.length - at >= HEADER) {
      const kind = data.readUInt8(at);
      const size = 1 + data.readUInt32BE(at + 1);
      const whole = data.length - at >= size;
      if (!whole && READ_WHOLE.includes(kind)) break;
      if (kind === COMMAND_COMPLETE || kind === EMPTY_QUERY) this.completed += 1;
      // The others, several for each statement, are only passed over.
      if (READ_WHOLE.includes(kind)) this.#message(kind, data.subarray(at, at + size));
      if (!whole) this.#skip = at + size - data.length;
      at = Math.min(at + size, data.length);
    }
    this.#pending = Buffer.from(data.subarray(at));
  }

  #message(kind: number, message: Buffer): void {
    if (kind === COMMAND_COMPLETE) {
      // By their lengths: most are neither.
      const tag = message.length <= HEADER + LONGEST_END ? message.toString("latin1", HEADER) : "";
      if (tag === "ROLLBACK\0") this.#rolledBack = true;
      if (tag === "COMMIT\0" && !this.#rolledBack) this.committed += 1;
    }
    if (kind === READY) this.inTransaction = message.readUInt8(HEADER) !== IDLE;
    if (kind === BACKEND_KEY) {
      this.backend = { pid: message.readInt32BE(HEADER), secret: message.readInt32BE(HEADER + 4) };
    }
    if (kind === ERROR) {
      const fields = new Map<string, string>();
      for (const field of message.toString("utf8", HEADER).split("\0"))
        fields.set(field.slice(0, 1), field.slice(1));
      if (fields.get("V") === "FATAL" || fields.get("V") === "PANIC") this.fatal = fields.get("M");
    }
  }
}
