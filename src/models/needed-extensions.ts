import type { ColumnType } from "../schema/column-type.ts";
import { type Expression, expressionFor } from "../schema/expression.ts";
import { indexExpressions, indexKeys } from "../schema/index-parts.ts";
import { rawTypeFor } from "../schema/raw-type.ts";
import { tokenizeSql } from "../schema/sql-tokens.ts";
import { findColumn, type Index, type Table } from "../schema/table.ts";

/** The extensions of PostgreSQL that a table needs, as far as its types, operator classes and functions tell. */
export function neededExtensions(table: Table): string[] {
  const names: string[] = [];
  const ofText = (expression: Expression): void => {
    names.push(...ofExpression(expressionFor(expression, "postgres")));
  };
  // Nearly all columns need none.
  for (const { type, default: given, generated } of table.columns) {
    if (type.kind === "raw") names.push(...ofRaw(rawTypeFor(type.type, "postgres")));
    if (given !== undefined && "expression" in given) ofText(given.expression);
    if (generated !== undefined) ofText(generated.expression);
  }
  for (const { expression } of table.checks) ofText(expression);
  for (const index of table.indexes) {
    if (isPlain(index)) continue;
    names.push(...ofIndex(index, table));
    for (const expression of indexExpressions(index)) ofText(expression);
  }
  return names;
}

/** Which extension has made a name, by the names, separated by blanks, of each; few models ask for any. */
function owners(names: Readonly<Record<string, string>>): (name: string) => string | undefined {
  let known: ReadonlyMap<string, string> | undefined;
  return (name) => {
    known ??= new Map(
      Object.entries(names).flatMap(([extension, list]) =>
        list.split(" ").map((made) => [made, extension] as const),
      ),
    );
    return known.get(name);
  };
}

const typeOwner = owners({
  citext: "citext",
  hstore: "hstore",
  ltree: "ltree lquery ltxtquery",
  cube: "cube",
  seg: "seg",
  isn: "ean13 isbn isbn13 ismn ismn13 issn issn13 upc",
  intarray: "query_int",
  vector: "vector halfvec sparsevec",
  postgis: "geometry geography box2d box3d",
});

const functionOwner = owners({
  "uuid-ossp":
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil",
  unaccent: "unaccent",
  pg_trgm: "similarity word_similarity strict_word_similarity show_trgm",
  pgcrypto: "digest hmac crypt gen_salt gen_random_bytes pgp_sym_encrypt pgp_sym_decrypt",
  fuzzystrmatch: "soundex difference levenshtein metaphone dmetaphone dmetaphone_alt",
});

const classOwner = owners({
  pg_trgm: "gin_trgm_ops gist_trgm_ops",
  intarray: "gin__int_ops gist__int_ops gist__intbig_ops",
  hstore: "gin_hstore_ops gist_hstore_ops",
  ltree: "gist_ltree_ops gist__ltree_ops",
});

/** What stands for B-trees in the other methods. */
const BTREES: Readonly<Record<string, string>> = { gin: "btree_gin", gist: "btree_gist" };

const SCALARS: ReadonlySet<ColumnType["kind"]> = new Set<ColumnType["kind"]>([
  ...(["smallInt", "int", "bigInt", "float", "decimal", "char", "text", "binary", "boolean"] as const),
  ...(["datetime", "date", "time", "duration", "uuid", "enum"] as const),
]);

const SCALAR_CLASS =
  /^(int[248]|float[48]|numeric|text|varchar|bpchar|bytea|bool|date|time|timetz|timestamp|timestamptz|interval|uuid|enum|oid|money)_ops$/;

function ofRaw(type: string): string[] {
  const tokens = tokenizeSql(type);
  const end = tokens.findIndex(({ text }) => text === "(" || text === "[");
  const name = (end < 0 ? tokens : tokens.slice(0, end)).findLast((token) => token.name !== undefined)?.name;
  return list(typeOwner(name?.toLowerCase() ?? ""));
}

/** A B-tree on columns in ascending order. */
function isPlain({ method, where, columns }: Index): boolean {
  return method === undefined && where === undefined && columns.every((part) => typeof part === "string");
}

function ofIndex(index: Index, table: Table): string[] {
  const scalar = BTREES[index.method ?? ""];
  return indexKeys(index).flatMap(({ column, opclass }) => {
    const name = opclass?.split(".").at(-1);
    if (name !== undefined) {
      return list(classOwner(name) ?? (SCALAR_CLASS.test(name) ? scalar : undefined));
    }
    const kind = column === undefined ? undefined : findColumn(table, column)?.type.kind;
    return kind !== undefined && SCALARS.has(kind) ? list(scalar) : [];
  });
}

function ofExpression(sql: string): string[] {
  const tokens = tokenizeSql(sql).filter(({ kind }) => kind !== "space" && kind !== "comment");
  return tokens.flatMap(({ kind, text }, at) => {
    if (kind !== "word") return [];
    const word = text.toLowerCase();
    const isCast = tokens[at - 1]?.text === ":" && tokens[at - 2]?.text === ":";
    if (isCast) return list(typeOwner(word));
    if (tokens[at + 1]?.text !== "(") return [];
    return list(word.startsWith("st_") ? "postgis" : functionOwner(word));
  });
}

function list(name: string | undefined): string[] {
  return name === undefined ? [] : [name];
}
