import { migrations as m } from "yara-orm";

export const dependencies = ["0005_add_track_duration"];

/*
 * A duration is an interval on PostgreSQL and a number of milliseconds on SQLite. 0005 has made way for both columns
 * and 0007 drops the old one, so that no value is lost in either direction.
 */
export const operations = [
  m.runSQL(
    {
      postgres: "UPDATE track SET duration = milliseconds * interval '1 millisecond'",
      sqlite: "UPDATE track SET duration = milliseconds",
    },
    {
      reverse: {
        postgres: "UPDATE track SET milliseconds = round(extract(epoch FROM duration) * 1000)",
        sqlite: "UPDATE track SET milliseconds = duration",
      },
    },
  ),
];
