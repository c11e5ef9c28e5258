import type { Connection } from "../connection/connection.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { type Meaning, parseMeaning, storeMeaning } from "../migrations/stored-migration.ts";
import type { Table } from "../schema/table.ts";
import { creating } from "./create-own-table.ts";
import { isMissing, tellingOf } from "./own-table.ts";

const TABLE: Table = {
  name: "orm_migration_details",
  columns: [
    { name: "record_id", type: { kind: "int" }, nullable: false },
    { name: "app", type: { kind: "char", maxLength: 255 }, nullable: false },
    { name: "name", type: { kind: "char", maxLength: 255 }, nullable: false },
    { name: "checksum", type: { kind: "char", maxLength: 64 }, nullable: false },
    { name: "content", type: { kind: "text" }, nullable: false },
  ],
  primaryKey: ["app", "name"],
  foreignKeys: [],
  uniques: [],
  checks: [],
  indexes: [],
};

/** What is known of an applied migration besides that it is applied. */
export interface StoredDetails {
  readonly checksum: string;
  /** As it was when it was applied; undefined where this version cannot read it. */
  readonly meaning: Meaning | undefined;
}

/**
 * What was in the applied migrations of one app, in a table beside the records, which are shared with others. It belongs
 * to a record, not to a name: where somebody else has forgotten the record and made another, it counts no more.
 */
export class Details {
  readonly #dialect: Dialect;
  readonly #app: string;
  readonly #table: string;

  constructor(dialect: Dialect, app: string) {
    this.#dialect = dialect;
    this.#app = app;
    this.#table = dialect.quote(TABLE.name);
  }

  /** By name; undefined where the table is missing. Creates nothing. */
  async read(connection: Connection): Promise<ReadonlyMap<string, StoredDetails> | undefined> {
    const sql = `SELECT d."name", d."checksum", d."content" FROM ${this.#table} AS d
JOIN ${this.#dialect.quote("orm_migrations")} AS r ON r."id" = d."record_id" AND r."app" = d."app" AND r."name" = d."name"
WHERE d."app" = ${this.#dialect.placeholder(1)}`;
    return await tellingOf("what is in the applied migrations cannot be read", async () => {
      try {
        const rows = await connection.query<{ name: string; checksum: string; content: string }>(sql, [
          this.#app,
        ]);
        return new Map(
          rows.map(({ name, checksum, content }) => [name, { checksum, meaning: parseMeaning(content) }]),
        );
      } catch (error) {
        if (isMissing(TABLE.name, error)) return undefined;
        throw error;
      }
    });
  }

  /** The statements that create the table. */
  create(): string[] {
    return creating(TABLE, this.#dialect);
  }

  /** The statement that keeps what is in a migration, after its record was made. */
  insert(name: string, meaning: Meaning): string {
    const stored = storeMeaning(meaning);
    const [app, migration, checksum, content] = [this.#app, name, stored.checksum, stored.content].map(
      (text) => this.#dialect.quoteText(text),
    );
    return `INSERT INTO ${this.#table} ("record_id", "app", "name", "checksum", "content")
SELECT "id", ${app}, ${migration}, ${checksum}, ${content} FROM ${this.#dialect.quote("orm_migrations")} WHERE "app" = ${app} AND "name" = ${migration}
ON CONFLICT ("app", "name") DO UPDATE SET "record_id" = excluded."record_id", "checksum" = excluded."checksum", "content" = excluded."content"`;
  }

  /** The statement that forgets what is in a migration. */
  delete(name: string): string {
    const [app, migration] = [this.#app, name].map((text) => this.#dialect.quoteText(text));
    return `DELETE FROM ${this.#table} WHERE "app" = ${app} AND "name" = ${migration}`;
  }
}
