import { promisify } from "node:util";
import { crc32, deflateRaw, gzip } from "node:zlib";

/** A file of an archive. */
export interface ArchiveFile {
  /** With `/` between its parts, of ASCII letters. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: 0o644 | 0o755;
}

/** The earliest moment that both formats know: the same files give the same archive whenever it is made. */
const MODIFIED = Date.UTC(1980, 0, 1) / 1000;
const MODIFIED_DOS = { date: (0 << 9) | (1 << 5) | 1, time: 0 } as const;

/** Level 9 takes twice the time of 6 for one part in a hundred. */
const LEVEL = 6;

const BLOCK = 512;

/**
 * The files as a tar archive, compressed by gzip; their owner is root, and their time is always the same.
 * Format: POSIX.1-2017, pax, "ustar Interchange Format"; RFC 1952.
 */
export async function tarGz(files: readonly ArchiveFile[], level = LEVEL): Promise<Uint8Array> {
  const parts = files.flatMap((file) => [
    tarHeader(file),
    file.bytes,
    new Uint8Array(padding(file.bytes.length)),
  ]);
  const packed = await promisify(gzip)(Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]), {
    level,
  });
  // RFC 1952, 2.3.1: the system on which it was made, which is nobody's business; 255 is "unknown".
  packed[9] = 255;
  return packed;
}

/**
 * The files as a zip archive, for Windows.
 * Format: PKWARE's APPNOTE.TXT 6.3, 4.3; the mode of a file is in the upper half of its external attributes (Info-ZIP).
 */
export async function zip(files: readonly ArchiveFile[], level = LEVEL): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const packed = await promisify(deflateRaw)(file.bytes, { level });
    const name = Buffer.from(file.path);
    const common = zipFields(file, packed.length, name.length);
    const local = Buffer.concat([u32(0x04034b50), common, name, packed]);
    // Made by Unix (3), with version 2.0 of the format.
    const madeBy = u16((3 << 8) | 20);
    const attributes = u32(((0o100000 | file.mode) << 16) >>> 0);
    const rest = [u16(0), u16(0), u16(0), attributes, u32(offset)];
    directory.push(Buffer.concat([u32(0x02014b50), madeBy, common, ...rest, name]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const count = u16(files.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(size), u32(offset), u16(0)];
  return Buffer.concat([...parts, ...directory, ...end]);
}

function tarHeader(file: ArchiveFile): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  if (file.path.length > 100) throw new Error(`${file.path} is too long a name for an archive`);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(file.path, 0);
  header.write(octal(file.mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(file.bytes.length, 12), 124);
  header.write(octal(MODIFIED, 12), 136);
  // The sum is of the header with blanks in the place of the sum.
  header.write("        0", 148);
  header.write("ustar\x0000root", 257);
  header.write("root", 297);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function padding(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

/** What the local header and the central directory both say of a file: from "version needed" to "extra field length". */
function zipFields(file: ArchiveFile, packedSize: number, nameLength: number): Uint8Array {
  const { date, time } = MODIFIED_DOS;
  const DEFLATED = 8;
  const fields = [u16(20), u16(0), u16(DEFLATED), u16(time), u16(date), u32(crc32(file.bytes))];
  return Buffer.concat([...fields, u32(packedSize), u32(file.bytes.length), u16(nameLength), u16(0)]);
}

function u16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
