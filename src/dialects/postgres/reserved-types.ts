import { SchemaError } from "../../errors.ts";
import type { EnumType } from "../../schema/schema.ts";

/**
 * The types of `pg_catalog` that a program may name. It is searched before every other schema (manual, 5.9.5), so a
 * column of an enum with such a name would silently get the built-in type.
 */
const RESERVED = `aclitem bit bool box bpchar bytea char cid cidr circle cstring date datemultirange daterange float4 float8
  gtsvector inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal interval json
  jsonb jsonpath line lseg macaddr macaddr8 money name nummultirange numrange numeric oid oidvector path point polygon
  record refcursor regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc
  regprocedure regrole regtype text tid time timestamp timestamptz timetz trigger tsmultirange tsquery tsrange
  tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml any anyarray
  anyelement anyenum anyrange`;

let reserved: ReadonlySet<string> | undefined;

/** The same enum. @throws SchemaError if its name is that of a built-in type */
export function checkEnumName(type: EnumType): EnumType {
  // Most schemas have no enum.
  reserved ??= new Set(RESERVED.split(/\s+/));
  if (reserved.has(type.name)) {
    throw new SchemaError(
      `the enum ${type.name} has the name of a built-in type of PostgreSQL`,
      "rename the enum",
    );
  }
  return type;
}
