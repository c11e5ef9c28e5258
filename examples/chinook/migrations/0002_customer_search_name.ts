import { migrations as m } from "yara-orm";

export const dependencies = ["0001_initial"];

export const operations = [
  m.addColumn("customer", "search_name", m.char({ maxLength: 61, null: true })),
];
