import { tokenizeSql } from "../../schema/sql-tokens.ts";

/** Functions of https://www.sqlite.org/lang_corefunc.html, and what else may stand before a parenthesis, that look at their arguments alone. */
const ROW_WISE: ReadonlySet<string> = new Set(
  `abs cast char coalesce concat concat_ws format glob hex ifnull iif instr json json_array json_extract json_object
   json_quote json_valid length like lower ltrim nullif octet_length printf quote replace round rtrim sign substr
   substring trim typeof unhex unicode upper
   and as between case else in is not null or then when char decimal numeric varchar`.split(/\s+/),
);

/** Words that stand for the moment, or look at other rows. */
const OTHER: ReadonlySet<string> = new Set([
  "current_date",
  "current_time",
  "current_timestamp",
  "select",
  "over",
]);

/**
 * True where the value of an expression surely depends on its row alone, so that it is the same whether all rows are read
 * by one statement or by several. A function that is not known to be so counts as one that is not.
 */
export function isRowWise(expression: string): boolean {
  const tokens = tokenizeSql(expression).filter(({ kind }) => kind !== "space" && kind !== "comment");
  return tokens.every(({ kind, text }, at) => {
    const calls = tokens[at + 1]?.text === "(";
    if (kind !== "word") return !(calls && kind === "quoted");
    const word = text.toLowerCase();
    return !OTHER.has(word) && (!calls || ROW_WISE.has(word));
  });
}
