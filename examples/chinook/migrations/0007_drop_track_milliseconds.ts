import { migrations as m } from "yara-orm";

export const dependencies = ["0006_move_milliseconds_to_duration"];

export const operations = [
  m.dropColumn("track", "milliseconds"),
  m.alterColumn("track", "duration", m.duration()),
];
