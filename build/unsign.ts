/** `LC_SEGMENT_64` and `LC_CODE_SIGNATURE`, of mach-o/loader.h. */
const SEGMENT = 0x19;
const CODE_SIGNATURE = 0x1d;

const HEADER_SIZE = 32;
const SIGNATURE_COMMAND_SIZE = 16;
const PAGE = 0x1000;

interface Command {
  readonly at: number;
  readonly kind: number;
  readonly size: number;
}

/**
 * A macOS executable without its code signature, as `codesign --remove-signature` leaves it. Bun signs again what it
 * compiles for arm64 alone: what it compiles for x64 has the signature of the runtime, whose hashes are not those of its
 * pages any more, and macOS may end it for that. On x64 an executable needs no signature.
 * @throws where it is no 64-bit Mach-O file, or has its signature in another place than at the end of __LINKEDIT
 */
export function withoutSignature(executable: Uint8Array): Uint8Array {
  const bytes = Buffer.from(executable);
  if (bytes.length < HEADER_SIZE || bytes.readUInt32LE(0) !== 0xfeedfacf)
    throw new Error("this is no 64-bit Mach-O file");
  const commands = commandsOf(bytes);
  const signature = commands.find(({ kind }) => kind === CODE_SIGNATURE);
  if (signature === undefined) return bytes;
  const start = bytes.readUInt32LE(signature.at + 8);
  const linkedit = commands.find(
    ({ kind, at }) => kind === SEGMENT && bytes.toString("latin1", at + 8, at + 24) === LINKEDIT,
  );
  if (linkedit === undefined) throw new Error("the Mach-O file has no segment __LINKEDIT");
  requireAtTheEnd(bytes, linkedit.at, start, bytes.readUInt32LE(signature.at + 12));
  shrinkTo(bytes, linkedit.at, start);
  removeCommand(bytes, signature);
  return bytes.subarray(0, start);
}

const LINKEDIT = "__LINKEDIT".padEnd(16, "\0");

function commandsOf(bytes: Buffer): Command[] {
  const commands: Command[] = [];
  let at = HEADER_SIZE;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    const size = bytes.readUInt32LE(at + 4);
    commands.push({ at, kind: bytes.readUInt32LE(at), size });
    at += size;
  }
  if (at !== endOfCommands(bytes)) throw new Error("the load commands do not have the size of the header");
  return commands;
}

function endOfCommands(bytes: Buffer): number {
  return HEADER_SIZE + bytes.readUInt32LE(20);
}

function requireAtTheEnd(bytes: Buffer, linkedit: number, start: number, size: number): void {
  const segmentStart = Number(bytes.readBigUInt64LE(linkedit + 40));
  const segmentEnd = segmentStart + Number(bytes.readBigUInt64LE(linkedit + 48));
  if (start < segmentStart || start + size !== segmentEnd || segmentEnd !== bytes.length)
    throw new Error("the signature is not at the end of __LINKEDIT and of the file");
}

/** What stands before the signature to align it stays: it is part of the segment. */
function shrinkTo(bytes: Buffer, linkedit: number, end: number): void {
  const size = end - Number(bytes.readBigUInt64LE(linkedit + 40));
  bytes.writeBigUInt64LE(BigInt(Math.ceil(size / PAGE) * PAGE), linkedit + 32);
  bytes.writeBigUInt64LE(BigInt(size), linkedit + 48);
}

function removeCommand(bytes: Buffer, { at, size }: Command): void {
  if (size !== SIGNATURE_COMMAND_SIZE) throw new Error(`the command of the signature has ${size} bytes`);
  const end = endOfCommands(bytes);
  bytes.copyWithin(at, at + size, end);
  bytes.fill(0, end - size, end);
  bytes.writeUInt32LE(bytes.readUInt32LE(16) - 1, 16);
  bytes.writeUInt32LE(bytes.readUInt32LE(20) - size, 20);
}
