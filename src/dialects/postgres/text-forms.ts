import type { ColumnKind } from "../../schema/column-type.ts";

const INTEGER = "0|-?[1-9][0-9]*";
/** A number as JSON writes it (RFC 8259, 6), with space around it; a decimal has no exponent. */
const NUMBER = "[ \\t\\n\\r]*-?(0|[1-9][0-9]*)([.][0-9]+)?";
const EXPONENT = "([eE][-+]?[0-9]+)?";
const DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const TIME = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?";
const ZONE = "([Zz]|[-+](0[0-9]|1[0-4])(:[0-5][0-9])?)";
/** As PostgreSQL writes an interval, which has to come back. */
const INTERVAL =
  "([-+]?[0-9]+ (years?|mons?|days?)( |$))*([-+]?[0-9]{2,}:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?)?";

/**
 * The form (a regular expression) that text must have to become a value of a type. PostgreSQL by itself reads much more,
 * some of it by the clock ('now', 'tomorrow'), by the settings of the session ('12/31/2024') or by its version ('1_000').
 * These are the forms that every database reads, and those of the values that only PostgreSQL has.
 */
export const TEXT_FORMS: Partial<Record<ColumnKind, string>> = {
  smallInt: `^(${INTEGER})$`,
  int: `^(${INTEGER})$`,
  bigInt: `^(${INTEGER})$`,
  decimal: `^${NUMBER}[ \\t\\n\\r]*$`,
  float: `^${NUMBER}${EXPONENT}[ \\t\\n\\r]*$|^(NaN|-?Infinity)$`,
  boolean: "^([tT]([rR][uU][eE])?|[fF]([aA][lL][sS][eE])?|[01])$",
  date: `^${DAY}$`,
  time: `^${TIME}$`,
  datetime: `^${DAY}([ T]${TIME} *${ZONE}?)?$`,
  duration: `^(${INTEGER})$|^(?=.)${INTERVAL}$`,
  uuid: `^${[8, 4, 4, 4, 12].map((count) => `[0-9a-fA-F]{${count}}`).join("-")}$`,
};
