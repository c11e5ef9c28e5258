import { machOSignature } from "./mach-o-signature.ts";

/** The format of an executable, its processor, for ELF the loader that starts it, for Mach-O how it is signed. */
export function executableFormat(bytes: Buffer): string {
  if (bytes.readUInt32BE(0) === 0x7f454c46) return elf(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf)
    return `Mach-O ${machine(MACH_O, bytes.readUInt32LE(4))} ${machOSignature(bytes)}`;
  if (bytes.toString("latin1", 0, 2) === "MZ") {
    const header = bytes.readUInt32LE(0x3c);
    if (bytes.toString("latin1", header, header + 4) === "PE\0\0")
      return `PE ${machine(PE, bytes.readUInt16LE(header + 4))}`;
  }
  return "none";
}

/** `e_machine`, of the System V ABI. */
const ELF = new Map([
  [62, "x86-64"],
  [183, "AArch64"],
]);

/** `cputype`, of mach/machine.h. */
const MACH_O = new Map([
  [0x01000007, "x86-64"],
  [0x0100000c, "ARM64"],
]);

/** `Machine`, of Microsoft's "PE Format". */
const PE = new Map([[0x8664, "x86-64"]]);

/** The program header that names the loader. */
const PT_INTERP = 3;

function elf(bytes: Buffer): string {
  const start = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const headers = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => start + index * size);
  const loaders = headers
    .filter((at) => bytes.readUInt32LE(at) === PT_INTERP)
    .map((at) => {
      const offset = Number(bytes.readBigUInt64LE(at + 8));
      const length = Number(bytes.readBigUInt64LE(at + 32));
      return bytes.toString("latin1", offset, offset + length - 1);
    });
  return ["ELF", machine(ELF, bytes.readUInt16LE(18)), ...loaders].join(" ");
}

function machine(names: ReadonlyMap<number, string>, code: number): string {
  return names.get(code) ?? `0x${code.toString(16)}`;
}
