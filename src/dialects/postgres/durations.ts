/** The milliseconds of an interval, as a number with six places. */
export function millisecondsOf(interval: string): string {
  return `extract(epoch from ${interval}) * 1000`;
}

/** The interval of milliseconds that are given as digits: a product with an interval would go through a double. */
export function intervalOf(digits: string): string {
  return `(${digits} || ' milliseconds')::interval`;
}

/**
 * A duration as text: its milliseconds, which every database reads. An interval that is not a number of them alone keeps
 * its own text, so that its months, days and microseconds come back.
 */
export function durationToText(interval: string): string {
  const isPlain = `date_trunc('day', ${interval}) = interval '0' AND date_trunc('milliseconds', ${interval}) = ${interval}`;
  return `CASE WHEN ${isPlain} THEN trunc(${millisecondsOf(interval)})::text ELSE ${interval}::text END`;
}

/** The duration of a text: a number is of milliseconds, where the cast would take it for seconds. */
export function textToDuration(text: string): string {
  return `CASE WHEN ${text} ~ '^-?[0-9]+$' THEN ${intervalOf(text)} ELSE ${text}::interval END`;
}
