import { migrations as m } from "yara-orm";

export const dependencies = ["0003_fill_search_names"];

export const operations = [
  m.createIndex("customer", ["search_name"]),
];
