import { expected } from "./input-data.ts";

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A day of the calendar, `YYYY-MM-DD`, from year 1 to 9999. Throws TypeError. */
export function checkDate(value: unknown): string {
  if (typeof value === "string" && DATE.test(value) && !value.startsWith("0000")) {
    const date = new Date(`${value}T00:00:00Z`);
    // A day that the month does not have is either invalid or moved into the next month.
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value;
  }
  throw expected('a day as text, like "2026-11-23"', value);
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?$/;

/** A time of day, `HH:MM:SS` with a fraction of up to six digits where there is one. Throws TypeError. */
export function checkTime(value: unknown): string {
  const parts = typeof value === "string" ? TIME.exec(value) : null;
  if (parts === null) throw expected('a time of day as text, like "10:30:00" or "10:30:00.25"', value);
  const [, hours, minutes, seconds = "00", fraction = ""] = parts;
  const digits = fraction.replace(/0+$/, "");
  return `${hours}:${minutes}:${seconds}${digits === "" ? "" : `.${digits}`}`;
}
