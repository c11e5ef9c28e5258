/** True for text that is a number as JSON writes it (RFC 8259, 6). To json_valid, text ends at the first NUL. */
export function isNumericText(x: string): string {
  const isNumber = `json_type(${x}) IN ('integer', 'real') AND instr(${x}, char(0)) = 0`;
  return `CASE WHEN json_valid(${x}) THEN ${isNumber} ELSE 0 END`;
}

/** The digits of a number in text, from the first to the last that is not zero. */
export function significantDigits(x: string): string {
  const mantissa = `substr(${x}, 1, instr(lower(${x}) || 'e', 'e') - 1)`;
  return `trim(replace(replace(${mantissa}, '-', ''), '.', ''), '0 ' || char(9, 10, 13))`;
}

/** True for a number in text with more digits than every double keeps. */
export function hasTooManyDigits(x: string): string {
  return `length(${significantDigits(x)}) > 15`;
}
