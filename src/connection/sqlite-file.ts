import { readSync } from "node:fs";

/*
 * Reads a table out of the pages of a SQLite file (https://www.sqlite.org/fileformat2.html). SQLite itself parses the statements
 * of the whole schema before its first answer, which with a thousand tables takes as long as all else of a start. Only the
 * plain case is understood here: whatever else there is, a damaged page too, is left to SQLite.
 */

/** A table by the statement that has created it, to the letter: it says which column is where. */
export interface StoredTable {
  readonly name: string;
  readonly sql: string;
}

/** What the pages of a table hold. */
export interface StoredRows {
  /**
   * The rows, one directly behind the other in no certain order: how many bytes it has, its key, and the record with its values. A
   * character stands for each byte, the same one where that is ASCII, and another where it is not.
   */
  readonly text: string;
  readonly count: number;
}

type StoredValue = string | number | null;

const FILE_HEADER = 100;
const BEGINNING = "SQLite format 3\0";
/** Of the versions of the format the one without a write-ahead log. */
const WITHOUT_LOG = 1;
const LATEST_SCHEMA_FORMAT = 4;
const UTF_8 = 1;

/** One for each byte, for most bytes above 127 another one than in Latin-1. A Buffer takes longer to come into being than all of this. */
const CHARACTERS = new TextDecoder("latin1");

/** Where the table of the schema begins, and what it says of each object: type, name, table, root page, statement. */
const SCHEMA_PAGE = 1;
const SCHEMA_COLUMNS = 5;

/** The kinds of the pages of a table, by how many bytes are before the places of their cells. */
const INTERIOR = { kind: 5, header: 12 };
const LEAF = { kind: 13, header: 8 };

/** A row longer than what is left of a page with this goes on in another page. */
const BESIDE_ROW = 35;

interface File {
  readonly descriptor: number;
  readonly pageSize: number;
  /** Where what SQLite uses of a page ends. */
  readonly pageEnd: number;
  /** The longest row that stands in one page as a whole. */
  readonly longestRow: number;
  /** How many pages may be read still: in a damaged file they can lead in a circle. */
  pagesLeft: number;
}

interface Page {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Where it begins: in the first page behind the header of the file. */
  readonly start: number;
}

/**
 * The rows of a table as they are stored; undefined where that is not plain to see. Whoever calls this is in a read transaction of
 * SQLite's on the file, which has no write-ahead log.
 */
export function readStoredRows(descriptor: number, table: StoredTable): StoredRows | undefined {
  try {
    const file = openFile(descriptor);
    const rows = { text: "", count: 0 };
    someLeaf(file, rootOf(file, table), ({ bytes, text, start }) => {
      // Without free blocks and fragments there is nothing between the rows.
      if (uint16(bytes, start + 1) !== 0 || bytes[start + 7] !== 0) notPlain();
      rows.text += text.substring(uint16(bytes, start + 5), file.pageEnd);
      rows.count += uint16(bytes, start + 3);
      return false;
    });
    return rows;
  } catch {
    return undefined;
  }
}

function openFile(descriptor: number): File {
  const header = bytesOf(descriptor, 0, FILE_HEADER);
  const isKnown =
    CHARACTERS.decode(header).startsWith(BEGINNING) &&
    header[18] === WITHOUT_LOG &&
    header[19] === WITHOUT_LOG &&
    uint32(header, 44) <= LATEST_SCHEMA_FORMAT &&
    uint32(header, 56) === UTF_8;
  // Of a file that was written by a SQLite older than 2010 the count of its pages may be wrong.
  if (!isKnown || uint32(header, 24) !== uint32(header, 92)) notPlain();
  const size = uint16(header, 16);
  const pageSize = size === 1 ? 65_536 : size;
  const pageEnd = pageSize - (header[20] ?? 0);
  return {
    descriptor,
    pageSize,
    pageEnd,
    longestRow: pageEnd - BESIDE_ROW,
    pagesLeft: uint32(header, 28),
  };
}

/** The page at which a table begins. */
function rootOf(file: File, { name, sql }: StoredTable): number {
  let root: number | undefined;
  someLeaf(file, SCHEMA_PAGE, (page) => {
    if (!page.text.includes(name)) return false;
    for (const [type, itsName, , itsRoot, statement] of readRows(file, page, SCHEMA_COLUMNS)) {
      if (type === "table" && itsName === name && statement === sql) root = Number(itsRoot);
    }
    return root !== undefined;
  });
  return root ?? notPlain();
}

/** True where `is` says so of a page with rows of the table that begins at this page: the first for which it does. */
function someLeaf(file: File, number: number, is: (page: Page) => boolean): boolean {
  const page = pageOf(file, number);
  const { bytes, start } = page;
  const kind = bytes[start];
  if (kind === LEAF.kind) return is(page);
  if (kind !== INTERIOR.kind) return notPlain();
  for (const cell of cellsOf(page, INTERIOR.header)) {
    if (someLeaf(file, uint32(bytes, cell), is)) return true;
  }
  return someLeaf(file, uint32(bytes, start + 8), is);
}

function pageOf(file: File, number: number): Page {
  const { descriptor, pageSize } = file;
  file.pagesLeft -= 1;
  if (file.pagesLeft < 0) notPlain();
  const bytes = bytesOf(descriptor, (number - 1) * pageSize, pageSize);
  return { bytes, text: CHARACTERS.decode(bytes), start: number === SCHEMA_PAGE ? FILE_HEADER : 0 };
}

function bytesOf(descriptor: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  if (readSync(descriptor, bytes, 0, length, at) !== length) notPlain();
  return bytes;
}

/** Where the cells of a page are. */
function cellsOf({ bytes, start }: Page, header: number): number[] {
  const cells: number[] = [];
  const end = start + header + uint16(bytes, start + 3) * 2;
  if (end > bytes.length) notPlain();
  for (let at = start + header; at < end; at += 2) cells.push(uint16(bytes, at));
  return cells;
}

/** What the first columns of the rows of a page have, without the rows that go on elsewhere. */
function readRows({ longestRow }: File, page: Page, columns: number): StoredValue[][] {
  const rows: StoredValue[][] = [];
  const { bytes } = page;
  for (const cell of cellsOf(page, LEAF.header)) {
    let at = cell;
    let size = 0;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      size = size * 128 + (byte & 127);
    } while (byte > 127);
    const key = at;
    while ((bytes[at++] ?? 0) > 127);
    // The ninth byte of a key is one of eight bits.
    if (at - key > 8) notPlain();
    if (size <= longestRow) rows.push(readRow(page, at, columns));
  }
  return rows;
}

/** What the first columns have in the row whose record begins at a byte. */
function readRow({ bytes, text }: Page, start: number, columns: number): StoredValue[] {
  const values: StoredValue[] = [];
  let at = start + 1;
  const header = start + (bytes[start] ?? 0);
  let body = header;
  while (values.length < columns) {
    if (at >= header) notPlain();
    let type = 0;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      type = type * 128 + (byte & 127);
    } while (byte > 127);
    if (type > 12 && type % 2 === 1) {
      const length = (type - 13) / 2;
      values.push(text.substring(body, body + length));
      body += length;
    } else if (type === 0) values.push(null);
    else if (type === 8 || type === 9) values.push(type - 8);
    else if (type <= 4) {
      // Below zero.
      if ((bytes[body] ?? 0) > 127) notPlain();
      let value = 0;
      for (const end = body + type; body < end; body += 1) value = value * 256 + (bytes[body] ?? 0);
      values.push(value);
    } else notPlain();
  }
  return values;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 65_536 + uint16(bytes, at + 2);
}

function notPlain(): never {
  throw new Error("not as plain as that");
}
