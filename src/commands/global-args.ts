import type { ArgsDef } from "citty";

/** Options that every command takes, before or after its name. */
export const globalArgs = {
  dir: { type: "string", valueHint: "path", description: "the migrations directory (default: migrations)" },
  app: { type: "string", valueHint: "label", description: "the label of this history (default: models)" },
  db: { type: "string", valueHint: "url", description: "the database (default: DATABASE_URL)" },
  models: {
    type: "string",
    valueHint: "modules",
    description: "modules or globs that export models, separated by commas",
  },
  env: {
    type: "string",
    valueHint: "name",
    description: "the environment of yara.config.ts that counts (default: YARA_ENV)",
  },
  "env-file": { type: "string", valueHint: "file", description: "variables (default: .env)" },
  config: { type: "string", valueHint: "file", description: "the configuration (default: yara.config.ts)" },
  json: { type: "boolean", description: "print one JSON object" },
  quiet: { type: "boolean", description: "print no progress and no warnings" },
  color: {
    type: "boolean",
    default: true,
    description: "use colours",
    negativeDescription: "use no colours",
  },
  input: {
    type: "boolean",
    default: true,
    description: "ask questions",
    negativeDescription: "ask no questions",
  },
  debug: { type: "boolean", description: "print stacks of errors" },
} as const satisfies ArgsDef;
