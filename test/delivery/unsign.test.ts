import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { withoutSignature } from "../../build/unsign.ts";
import { executableFormat } from "../support/executable-format.ts";

const PAGE = 0x1000;

/** Where __LINKEDIT starts, and how much of it is before the signature, with what aligns that. */
const LINKEDIT = 2 * PAGE;
const SYMBOLS = PAGE + 0x20;

/** Two load commands that say where something is: `LC_FUNCTION_STARTS` and `LC_CODE_SIGNATURE`. */
const STARTS = dataCommand(0x26, LINKEDIT, 0x10);
const signatureCommand = (size: number): Buffer => dataCommand(0x1d, LINKEDIT + SYMBOLS, size);

function dataCommand(kind: number, offset: number, size: number): Buffer {
  return words(kind, 16, offset, size);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

function segment(name: string, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(72);
  words(0x19, 72).copy(bytes);
  bytes.write(name, 8);
  bytes.writeBigUInt64LE(BigInt(0x1_0000_0000 + offset), 24);
  bytes.writeBigUInt64LE(BigInt(Math.ceil(size / PAGE) * PAGE), 32);
  bytes.writeBigUInt64LE(BigInt(offset), 40);
  bytes.writeBigUInt64LE(BigInt(size), 48);
  return bytes;
}

/** A Mach-O file for x86-64 with these load commands, up to its signature. */
function machO(commands: readonly Buffer[]): Buffer {
  const all = Buffer.concat([...commands]);
  const bytes = Buffer.alloc(LINKEDIT + SYMBOLS, "code");
  bytes.fill(0, 0, PAGE);
  words(0xfeedfacf, 0x01000007, 3, 2, commands.length, all.length, 0, 0).copy(bytes);
  all.copy(bytes, 32);
  return bytes;
}

/** A signature with one code directory, whose hashes are those of the bytes. */
function signatureOf(bytes: Buffer): Buffer {
  const pages = Math.ceil(bytes.length / PAGE);
  const directory = Buffer.alloc(44 + pages * 32);
  directory.writeUInt32BE(0xfade0c02, 0);
  directory.writeUInt32BE(directory.length, 4);
  directory.writeUInt32BE(44, 16);
  directory.writeUInt32BE(pages, 28);
  directory.writeUInt32BE(bytes.length, 32);
  directory.set([32, 2, 0, 12], 36);
  for (let page = 0; page < pages; page++) {
    const content = bytes.subarray(page * PAGE, (page + 1) * PAGE);
    createHash("sha256")
      .update(content)
      .digest()
      .copy(directory, 44 + page * 32);
  }
  const head = Buffer.alloc(20);
  head.writeUInt32BE(0xfade0cc0, 0);
  head.writeUInt32BE(head.length + directory.length, 4);
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(head.length, 16);
  return Buffer.concat([head, directory]);
}

const TEXT = segment("__TEXT", 0, LINKEDIT);
const SIGNATURE_SIZE = signatureOf(machO([])).length;
const SIGNED_LINKEDIT = segment("__LINKEDIT", LINKEDIT, SYMBOLS + SIGNATURE_SIZE);
const SIGNATURE = signatureCommand(SIGNATURE_SIZE);

function signed(commands: readonly Buffer[]): Buffer {
  const bytes = machO(commands);
  return Buffer.concat([bytes, signatureOf(bytes)]);
}

const UNSIGNED = machO([TEXT, segment("__LINKEDIT", LINKEDIT, SYMBOLS), STARTS]);

test.each([
  ["last", [TEXT, SIGNED_LINKEDIT, STARTS, SIGNATURE]],
  ["not last", [TEXT, SIGNED_LINKEDIT, SIGNATURE, STARTS]],
  ["first", [SIGNATURE, TEXT, SIGNED_LINKEDIT, STARTS]],
])("a signature is removed with its load command where that is %s", (_, commands) => {
  const executable = signed(commands);
  expect(executableFormat(executable)).toBe("Mach-O x86-64 signed");
  const unsigned = Buffer.from(withoutSignature(executable));
  expect(executableFormat(unsigned)).toBe("Mach-O x86-64 unsigned");
  expect(unsigned.equals(UNSIGNED)).toBe(true);
});

test("what is not signed stays as it is", () => {
  expect(Buffer.from(withoutSignature(UNSIGNED)).equals(UNSIGNED)).toBe(true);
});

test("the bytes that are given stay as they are", () => {
  const executable = signed([TEXT, SIGNED_LINKEDIT, SIGNATURE]);
  withoutSignature(executable);
  expect(executable.equals(signed([TEXT, SIGNED_LINKEDIT, SIGNATURE]))).toBe(true);
});

test("bytes that are changed after they were signed are found", () => {
  const executable = signed([TEXT, SIGNED_LINKEDIT, SIGNATURE]);
  executable.write("other", PAGE);
  expect(executableFormat(executable)).toBe("Mach-O x86-64 signed with 1 wrong pages");
});

test.each([
  ["is followed by something", Buffer.concat([signed([TEXT, SIGNED_LINKEDIT, SIGNATURE]), words(0)])],
  ["is not in __LINKEDIT", signed([TEXT, segment("__LINKEDIT", LINKEDIT, SYMBOLS), SIGNATURE])],
  [
    "starts before __LINKEDIT",
    signed([TEXT, segment("__LINKEDIT", LINKEDIT + SYMBOLS + 1, SIGNATURE_SIZE - 1), SIGNATURE]),
  ],
])("a signature that %s is refused", (_, executable) => {
  expect(() => withoutSignature(executable)).toThrow(
    "the signature is not at the end of __LINKEDIT and of the file",
  );
});

test("what is no Mach-O file, or a broken one, is refused", () => {
  expect(() => withoutSignature(Buffer.from("\x7fELF".padEnd(64)))).toThrow("this is no 64-bit Mach-O file");
  expect(() => withoutSignature(signed([TEXT, SIGNATURE]))).toThrow("has no segment __LINKEDIT");
  const broken = signed([TEXT, SIGNED_LINKEDIT, SIGNATURE]);
  broken.writeUInt32LE(8, 20);
  expect(() => withoutSignature(broken)).toThrow("the load commands do not have the size of the header");
});
