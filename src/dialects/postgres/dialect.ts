import type { Dialect } from "../dialect.ts";
import { canonicalize } from "./canonicalize.ts";
import { inspect } from "./inspector.ts";
import { introspect } from "./introspector.ts";
import { normalize } from "./normalize.ts";
import { render } from "./operations.ts";
import { portable } from "./portable.ts";
import { postgresRenderer } from "./renderer.ts";

/** PostgreSQL, from version 12 on. */
export const postgresDialect: Dialect = {
  name: "postgres",
  begin: "BEGIN",
  render,
  normalize,
  introspect,
  inspect,
  portable,
  canonicalize,
  omissions: () => [],
  quote: (identifier) => postgresRenderer.quote(identifier),
  quoteTable: (name) => postgresRenderer.quoteTable(name),
  quoteText: (text) => postgresRenderer.quoteText(text),
  placeholder: (position) => `$${position}`,
};
