import { createHash } from "node:crypto";

/** `LC_CODE_SIGNATURE`, of mach-o/loader.h. */
const CODE_SIGNATURE = 0x1d;

/** `CSMAGIC_EMBEDDED_SIGNATURE` and `CSMAGIC_CODEDIRECTORY`, of kern/cs_blobs.h. */
const EMBEDDED_SIGNATURE = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;

/** What is said of a code signature: that there is none, that it is of these bytes, or what of it is wrong. */
export function machOSignature(bytes: Buffer): string {
  const start = signatureStart(bytes);
  if (start === undefined) return "unsigned";
  if (bytes.readUInt32BE(start) !== EMBEDDED_SIGNATURE) return "signed with something unknown";
  const blobs = Array.from({ length: bytes.readUInt32BE(start + 8) }, (_, index) => {
    return start + bytes.readUInt32BE(start + 12 + 8 * index + 4);
  });
  const directories = blobs.filter((at) => bytes.readUInt32BE(at) === CODE_DIRECTORY);
  if (directories.length === 0) return "signed without hashes";
  const wrong = directories.reduce((sum, at) => sum + wrongPages(bytes, at, start), 0);
  return wrong === 0 ? "signed" : `signed with ${wrong} wrong pages`;
}

function signatureStart(bytes: Buffer): number | undefined {
  let at = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    if (bytes.readUInt32LE(at) === CODE_SIGNATURE) return bytes.readUInt32LE(at + 8);
    at += bytes.readUInt32LE(at + 4);
  }
  return undefined;
}

/** How many pages up to the signature have another hash than a code directory says, or none. */
function wrongPages(bytes: Buffer, directory: number, end: number): number {
  const hashes = directory + bytes.readUInt32BE(directory + 16);
  const slots = bytes.readUInt32BE(directory + 28);
  const hashSize = bytes.readUInt8(directory + 36);
  const page = 1 << bytes.readUInt8(directory + 39);
  const pages = Math.ceil(end / page);
  const wrong = Array.from({ length: pages }, (_, index) => index).filter((index) => {
    const content = bytes.subarray(index * page, Math.min((index + 1) * page, end));
    const expected = bytes.subarray(hashes + index * hashSize, hashes + (index + 1) * hashSize);
    const hash = createHash("sha256").update(content).digest().subarray(0, hashSize);
    return index >= slots || !hash.equals(expected);
  });
  return wrong.length + Math.max(0, slots - pages);
}
