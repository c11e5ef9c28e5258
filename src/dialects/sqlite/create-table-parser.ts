import type { Deferrable, ReferentialAction } from "../../schema/table.ts";
import { TokenReader } from "./token-reader.ts";

/** A column as CREATE TABLE declares it. */
export interface ParsedColumn {
  readonly name: string;
  /** The declared type as it was written, "" where there is none. */
  readonly type: string;
  readonly notNull: boolean;
  readonly autoIncrement: boolean;
  /** The text after DEFAULT. */
  readonly default?: string;
  readonly generated?: { readonly expression: string; readonly stored: boolean };
  readonly collation?: string;
}

/** A constraint with the name that was written, if there was one. */
export type ParsedConstraint = { readonly name?: string | undefined } & (
  | { readonly kind: "primaryKey" | "unique"; readonly columns: readonly string[] }
  | { readonly kind: "check"; readonly expression: string }
  | {
      readonly kind: "foreignKey";
      readonly columns: readonly string[];
      readonly target: string;
      /** Absent: the primary key of the target. */
      readonly targetColumns?: readonly string[] | undefined;
      readonly onDelete: ReferentialAction;
      readonly onUpdate: ReferentialAction;
      readonly deferrable?: Deferrable | undefined;
    }
);

export interface ParsedTable {
  readonly columns: readonly ParsedColumn[];
  readonly constraints: readonly ParsedConstraint[];
}

/**
 * Reads the text of CREATE TABLE as SQLite stores it in sqlite_schema (grammar:
 * https://www.sqlite.org/lang_createtable.html). @throws SchemaError where it is no such text
 */
export function parseCreateTable(sql: string): ParsedTable {
  const known = parsed.get(sql);
  if (known !== undefined) return known;
  const table = readCreateTable(sql);
  if (parsed.size >= REMEMBERED) parsed.clear();
  parsed.set(sql, table);
  return table;
}

/** Who verifies reads the same tables again and again. */
const parsed = new Map<string, ParsedTable>();
const REMEMBERED = 1000;

function readCreateTable(sql: string): ParsedTable {
  const reader = new TokenReader(sql);
  reader.expect("CREATE");
  if (!reader.accept("TEMP")) reader.accept("TEMPORARY");
  reader.expect("TABLE");
  reader.accept("IF", "NOT", "EXISTS");
  reader.name();
  if (reader.accept(".")) reader.name();
  reader.expect("(");
  const columns: ParsedColumn[] = [];
  const constraints: ParsedConstraint[] = [];
  do {
    if (TABLE_CONSTRAINT.has(reader.keyword)) readTableConstraints(reader, columns, constraints);
    else columns.push(readColumn(reader, constraints));
  } while (reader.accept(","));
  reader.expect(")");
  return { columns, constraints };
}

const TABLE_CONSTRAINT = new Set(["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]);

const AFTER_TYPE = new Set([
  ...["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES"],
  ...["DEFERRABLE", "GENERATED", "AS", ",", ")"],
]);

function readColumn(reader: TokenReader, constraints: ParsedConstraint[]): ParsedColumn {
  const name = reader.name();
  const type = reader.source(() => {
    while (!AFTER_TYPE.has(reader.keyword)) {
      if (reader.keyword === "(") reader.parenthesized();
      else reader.next();
    }
  });
  const options: { -readonly [K in keyof ParsedColumn]?: ParsedColumn[K] } = {};
  for (;;) {
    const constraint = reader.accept("CONSTRAINT") ? reader.name() : undefined;
    switch (reader.keyword) {
      case "PRIMARY":
        reader.expect("PRIMARY", "KEY");
        if (!reader.accept("ASC")) reader.accept("DESC");
        passConflict(reader);
        constraints.push({ kind: "primaryKey", name: constraint, columns: [name] });
        if (reader.accept("AUTOINCREMENT")) options.autoIncrement = true;
        break;
      case "DEFERRABLE":
        reader.next();
        deferLast(constraints, readInitially(reader));
        break;
      case "NOT":
        if (reader.accept("NOT", "DEFERRABLE")) {
          readInitially(reader);
          deferLast(constraints, undefined);
          break;
        }
        reader.expect("NOT", "NULL");
        passConflict(reader);
        options.notNull = true;
        break;
      case "NULL":
        reader.next();
        passConflict(reader);
        break;
      case "UNIQUE":
        reader.next();
        passConflict(reader);
        constraints.push({ kind: "unique", name: constraint, columns: [name] });
        break;
      case "CHECK":
        reader.next();
        constraints.push({ kind: "check", name: constraint, expression: reader.parenthesized() });
        break;
      case "DEFAULT":
        reader.next();
        options.default = readDefault(reader);
        break;
      case "COLLATE":
        reader.next();
        options.collation = reader.name();
        break;
      case "REFERENCES":
        constraints.push(readReferences(reader, [name], constraint));
        break;
      case "GENERATED":
      case "AS":
        reader.accept("GENERATED", "ALWAYS");
        reader.expect("AS");
        options.generated = readGenerated(reader);
        break;
      default:
        // SQLite takes a name without a constraint, too.
        if (constraint === undefined) return { name, type, notNull: false, autoIncrement: false, ...options };
    }
  }
}

function readGenerated(reader: TokenReader): NonNullable<ParsedColumn["generated"]> {
  const expression = reader.parenthesized();
  const stored = reader.accept("STORED");
  if (!stored) reader.accept("VIRTUAL");
  return { expression, stored };
}

/** Among the constraints of a column this stands for itself, and means the foreign key that was declared last, in any column. */
function deferLast(constraints: ParsedConstraint[], deferrable: Deferrable | undefined): void {
  const at = constraints.findLastIndex(({ kind }) => kind === "foreignKey");
  const key = constraints[at];
  if (key?.kind === "foreignKey") constraints[at] = { ...key, deferrable };
}

function readTableConstraints(
  reader: TokenReader,
  columns: ParsedColumn[],
  constraints: ParsedConstraint[],
): void {
  // SQLite accepts constraints without a comma between them.
  for (;;) {
    const name = reader.accept("CONSTRAINT") ? reader.name() : undefined;
    switch (reader.keyword) {
      case "PRIMARY":
        constraints.push({ kind: "primaryKey", name, columns: readKey(reader, columns) });
        passConflict(reader);
        break;
      case "UNIQUE":
        reader.next();
        constraints.push({ kind: "unique", name, columns: reader.names() });
        passConflict(reader);
        break;
      case "CHECK":
        reader.next();
        constraints.push({ kind: "check", name, expression: reader.parenthesized() });
        passConflict(reader);
        break;
      case "FOREIGN":
        reader.expect("FOREIGN", "KEY");
        constraints.push(readReferences(reader, reader.names(), name));
        break;
      default:
        if (name === undefined) return;
    }
  }
}

/** The columns of a primary key; of one that counts by itself, the column is marked. */
function readKey(reader: TokenReader, columns: ParsedColumn[]): string[] {
  reader.expect("PRIMARY", "KEY", "(");
  const names = reader.list();
  if (reader.accept("AUTOINCREMENT")) {
    const [key = ""] = names;
    const at = columns.findIndex(({ name }) => name.toLowerCase() === key.toLowerCase());
    const column = columns[at];
    if (column !== undefined) columns[at] = { ...column, autoIncrement: true };
  }
  reader.expect(")");
  return names;
}

function readReferences(
  reader: TokenReader,
  columns: readonly string[],
  name: string | undefined,
): ParsedConstraint {
  reader.expect("REFERENCES");
  const target = reader.name();
  const targetColumns = reader.keyword === "(" ? reader.names() : undefined;
  const actions: { onDelete: ReferentialAction; onUpdate: ReferentialAction } = {
    onDelete: "noAction",
    onUpdate: "noAction",
  };
  let deferrable: Deferrable | undefined;
  for (;;) {
    if (reader.accept("ON", "DELETE")) actions.onDelete = readAction(reader);
    else if (reader.accept("ON", "UPDATE")) actions.onUpdate = readAction(reader);
    // SQLite takes it, and does nothing.
    else if (reader.accept("ON", "INSERT")) readAction(reader);
    else if (reader.accept("MATCH")) reader.name();
    else if (reader.accept("NOT", "DEFERRABLE")) {
      readInitially(reader);
      deferrable = undefined;
    } else if (reader.accept("DEFERRABLE")) deferrable = readInitially(reader);
    else return { kind: "foreignKey", name, columns, target, targetColumns, ...actions, deferrable };
  }
}

function readInitially(reader: TokenReader): Deferrable {
  if (reader.accept("INITIALLY", "DEFERRED")) return "deferred";
  reader.accept("INITIALLY", "IMMEDIATE");
  return "immediate";
}

function readAction(reader: TokenReader): ReferentialAction {
  if (reader.accept("CASCADE")) return "cascade";
  if (reader.accept("RESTRICT")) return "restrict";
  if (reader.accept("SET", "NULL")) return "setNull";
  if (reader.accept("SET", "DEFAULT")) return "setDefault";
  reader.expect("NO");
  reader.expect("ACTION");
  return "noAction";
}

function readDefault(reader: TokenReader): string {
  if (reader.keyword === "(") return reader.parenthesized();
  let text: string | undefined;
  const source = reader.source(() => {
    const isSigned = reader.accept("-") || reader.accept("+");
    const { kind, name } = reader.next();
    if (!isSigned && (kind === "quoted" || (kind === "word" && !CONSTANT.test(name)))) text = name;
  });
  return text === undefined ? source : `'${text.replaceAll("'", "''")}'`;
}

/** The words that DEFAULT takes for a value; any other name is a text there, quoted or not. */
const CONSTANT = /^(true|false|null|current_(time|date|timestamp))$/i;

function passConflict(reader: TokenReader): void {
  if (reader.accept("ON", "CONFLICT")) reader.next();
}
