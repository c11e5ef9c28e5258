import { migrations as m } from "../../src/operations/build.ts";
import type { ColumnSpec } from "../../src/operations/column-spec.ts";
import type { DialectName } from "../../src/schema/expression.ts";

/** A value as SQL: the same on every database, or one for each; left out where a database has none such. */
export type Sample = string | Partial<Record<DialectName, string>>;

/** The SQL of a sample on a database; undefined where it has none such. */
export function sampleFor(sample: Sample, dialect: DialectName): string | undefined {
  return typeof sample === "string" ? sample : sample[dialect];
}

/** A type, and values of it that are hard to convert. */
export interface SampledType {
  readonly name: string;
  readonly spec: ColumnSpec;
  readonly samples: readonly Sample[];
}

const n = { null: true };

const NUMBERS_IN_TEXT = [
  ..."0 1 7 007 -0 +5 5.0 1.5 1.50 1.999 .5 5. 1e3 1_000 0x10 NaN Infinity 1e400 1e-400".split(" "),
  ..."32768 60000 90061001 -90061001 2147483648 9223372036854775808 9007199254740992 9007199254740993".split(
    " ",
  ),
  ..."0.30000000000000004 0.1000000000000000055 12345678901234567891 -1.5e300 1E22 4611686018427387904 1e15".split(
    " ",
  ),
  " 5 ",
  "1 2",
];
const MOMENTS_IN_TEXT = [
  ..."2024-01-02 2024-02-31 0000-01-01 10000-01-01 12/31/2024 2024-1-2 20240102".split(" "),
  ..."now today tomorrow epoch infinity -infinity allballs".split(" "),
  ..."10:30 10:30:00 10:30:00.25 10:30:00.123456 10:30:00.1234567 10:30:0 24:00:00 10:30:60 10:30+02".split(
    " ",
  ),
  "10:30 PM",
  ..."2024-01-02T03:04:05Z 2024-01-02T03:04:05+02:00 2024-01-02T03:04:05.5-14:00".split(" "),
  "2024-01-02 ",
  "2024-01-02 03",
  "2024-01-02 03:04",
  "2024-01-02  03:04",
  "2024-01-02 03:04:05+00",
  "2024-01-02 03:04:05 +0200",
  "2024-01-02 03:04:05 +02:00",
  "2024-01-02 03:04:05+15:00",
  "2024-01-02 03:04:05.",
  "2024-01-02 03:04:05.678901",
  "2024-01-02T03:04:05.6700Z",
  "2024-12-31 23:59:59.000100-02",
  "2024-01-02 03:04:59.999999",
  "2024-01-02 03:04:05.1234567",
  "2024-01-02 03:04:60",
  "2024-01-02 24:00:00",
  "2024-01-02 00:00:00",
];
const LENGTHS_IN_TEXT = ["25:01:01.001", "1 day", "-1 days +02:03:04", "P1D", "1 hour", "1.5 s", "1:30"];
const WORDS = [..."true TRUE t yes on f tru".split(" "), " false", "", "x", "ab  ", "it's"];
const UUID = "0b6f1e9c-2d7a-4c1e-9a55-3f1c1f8e7a10";
const UUIDS_IN_TEXT = [UUID, UUID.toUpperCase(), `{${UUID}}`, UUID.replaceAll("-", "")];
const JSON_IN_TEXT = ['{"a":1}', '[1, 2.50, null, "é"]', '"x"', '"7"', "null", "{a", "'x'"];

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const milliseconds = (count: string): Sample => ({
  postgres: `'${count} milliseconds'`,
  sqlite: count,
});

/** The types that a column can have in both databases, each with values that are hard to convert. */
export const SAMPLED_TYPES: readonly SampledType[] = [
  { name: "smallInt", spec: m.smallInt(n), samples: "0 1 -1 7 32767 -32768".split(" ") },
  { name: "int", spec: m.int(n), samples: "0 1 40000 2147483647 -2147483648".split(" ") },
  {
    name: "bigInt",
    spec: m.bigInt(n),
    samples:
      "0 1 90061001 9007199254740993 4611686018427387904 9223372036854775807 -9223372036854775808".split(" "),
  },
  {
    name: "float",
    spec: m.float(n),
    samples: [
      ..."0 1 -1.5 40000.0 0.1 0.30000000000000004 0.3333333333333333 0.00001 1e-7 12.345 86400000.0".split(
        " ",
      ),
      ..."123456789012345.0 9007199254740992.0 123456789012345680.0 2.5e17 1e20 1e23 -1e300 5e-324 4611686018427387904.0".split(
        " ",
      ),
      { postgres: "'NaN'" },
      { postgres: "'-Infinity'", sqlite: "-9e999" },
    ],
  },
  {
    name: "decimal(10, 2)",
    spec: m.decimal({ maxDigits: 10, decimalPlaces: 2, null: true }),
    samples: [..."0 1 1.5 -0.01 40000 99999999.99".split(" "), { postgres: "'NaN'" }],
  },
  {
    name: "decimal(38, 10)",
    spec: m.decimal({ maxDigits: 38, decimalPlaces: 10, null: true }),
    samples: [
      "'0.0000000000'",
      "'1.0000000000'",
      "'1.5000000000'",
      "'40000.0000000000'",
      "'0.0000100000'",
      "'123456789012345.1234500000'",
      "'9007199254740992.0000000000'",
      "'9007199254740993.0000000000'",
      "'12345678901234567890.1234567890'",
    ],
  },
  { name: "char(4)", spec: m.char({ maxLength: 4, null: true }), samples: ["'four'", "'7'", "'ab  '"] },
  {
    name: "char(40)",
    spec: m.char({ maxLength: 40, null: true }),
    samples: ["'four'", "'7.5'", "'now'", "'60000'", "'2024-01-02'", quoted(UUID)],
  },
  {
    name: "text",
    spec: m.text(n),
    samples: [
      ...NUMBERS_IN_TEXT,
      ...MOMENTS_IN_TEXT,
      ...LENGTHS_IN_TEXT,
      ...WORDS,
      ...UUIDS_IN_TEXT,
      ...JSON_IN_TEXT,
    ].map(quoted),
  },
  { name: "binary", spec: m.binary(n), samples: [{ postgres: "'\\x41'", sqlite: "x'41'" }] },
  { name: "boolean", spec: m.boolean(n), samples: ["TRUE", "FALSE"] },
  {
    name: "datetime",
    spec: m.datetime(n),
    samples: [
      "'2024-01-02 03:04:05.678'",
      "'2024-01-02 03:04:05.678901'",
      "'2024-01-02 00:00:00.000'",
      "'2024-01-02 00:00:00'",
      "'0001-01-01 00:00:00.000'",
      "'9999-12-31 23:59:59.999'",
      { postgres: "'infinity'" },
      { postgres: "'0044-03-15 12:00:00 BC'" },
      { postgres: "'10000-01-01'" },
    ],
  },
  {
    name: "date",
    spec: m.date(n),
    samples: ["'2024-01-02'", "'0001-01-01'", "'9999-12-31'", { postgres: "'infinity'" }],
  },
  {
    name: "time",
    spec: m.time(n),
    samples: ["'00:00:00'", "'10:30:00'", "'23:59:59.999'", "'10:30:00.123456'", { postgres: "'24:00:00'" }],
  },
  {
    name: "duration",
    spec: m.duration(n),
    samples: [
      ..."0 1 -5 60000 90061001 86399999 86400000 9007199254740993 9223372036854775"
        .split(" ")
        .map(milliseconds),
      ...["1.5 milliseconds", "1 day", "1 mon", "1 year", "-1 day +24:00:00"].map((text) => ({
        postgres: quoted(text),
      })),
    ],
  },
  { name: "uuid", spec: m.uuid(n), samples: [quoted(UUID)] },
  {
    name: "json",
    spec: m.json(n),
    samples: [
      ..."0 1 7 1.5 2.50 40000 9007199254740993 0.30000000000000004 1e20 true false null".split(" "),
      ...['"7"', '"true"', '{"a": [1, null]}', '"2024-01-02"', quoted(UUID).replaceAll("'", '"')],
    ]
      .map(quoted)
      .map((text): Sample => text)
      .concat({ postgres: "'12345678901234567891'" }),
  },
];
