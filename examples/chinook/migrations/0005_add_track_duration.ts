import { migrations as m } from "yara-orm";

export const dependencies = ["0004_customer_search_name_idx"];

export const operations = [
  m.addColumn("track", "duration", m.duration({ null: true })),
  m.alterColumn("track", "milliseconds", m.int({ null: true })),
];
