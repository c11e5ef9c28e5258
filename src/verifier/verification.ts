import { diffSchemas } from "../autodetector/diff.ts";
import { CheckFailedError, ConnectionError, MigrationError, SchemaError } from "../errors.ts";
import { runUnit, type Target } from "../executor/executor.ts";
import { isOneTransaction } from "../executor/groups.ts";
import { type Prepared, preparedForAll } from "../executor/prepared.ts";
import { backwardUnit, forwardUnit, schemaAfter, type Unit } from "../executor/unit.ts";
import type { Migration } from "../migrations/migration.ts";
import { invertOperation } from "../operations/handlers.ts";
import { compareSchemas } from "../schema/compare.ts";
import { EMPTY_SCHEMA, type Schema, tablesByName, withViews } from "../schema/schema.ts";
import { messageOf } from "../shown.ts";
import { databaseMessage, isForeignSql } from "./database-message.ts";
import { describeFound, type FoundDifference, foundDifferences } from "./difference.ts";
import { keptColumns } from "./kept-columns.ts";
import { KeptRows } from "./kept-rows.ts";
import { withKnownViews } from "./known-views.ts";
import { makesOnlyNew } from "./makes-only-new.ts";
import { mayRefuseRows } from "./refusal.ts";
import { deleteRows, insertSamples } from "./sample-rows.ts";
import { SAMPLE_ROWS } from "./sample-value.ts";

/** What was found out about one migration that holds. */
export interface Verified {
  readonly name: string;
  /** One that cannot be reverted ran forward only. */
  readonly outcome: "reversible" | "forwardOnly";
  readonly notes: readonly string[];
}

interface VerifyOptions {
  /** Nothing is verified after it. */
  readonly isLast?: boolean;
  /** Called with what the database says where the way back does not take rows that the way forward has taken. */
  readonly onRefusedBack?: ((why: string) => void) | undefined;
}

/** How many sample rows are tried, one after the other, where rows are refused for a good reason. */
const FEWER_ROWS = [1, 0];

type Moment = "after going forward" | "after going back" | "after going forward again";

/**
 * Runs migrations one after the other on a scratch database, which is empty at first: each forward, back and
 * forward again, with sample rows in the tables, and compares what is there with what should be.
 */
export class Verification {
  readonly #target: Target;
  #schema: Schema = EMPTY_SCHEMA;
  /** Differences that were there before, such as what hand-written SQL has added beyond the schema. */
  #known: ReadonlySet<string> | undefined = new Set();
  /** The views and triggers that a migration has made so far: those that SQL of the user's makes are his. */
  #views: Schema = EMPTY_SCHEMA;
  /** Hand-written SQL or code has run, so there may be things that no schema has words for. */
  #unknown = false;
  /** The tables that have got samples, or for which there are none. */
  readonly #sampled = new Set<string>();
  #namespaces = EMPTY_SCHEMA.namespaces;
  #expected: { readonly schema: Schema; readonly canonical: Schema } | undefined;
  /** Of the schemas before and after a migration, each of which is expected twice. */
  readonly #compared = new WeakMap<Schema, Compared>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** Makes the tables of the schema, from which the first migration starts. @throws MigrationError */
  async begin(schema: Schema): Promise<void> {
    const { operations } = diffSchemas(EMPTY_SCHEMA, schema);
    if (operations.length === 0) return;
    await this.skip({ name: "the tables before it", path: "", dependencies: [], operations, atomic: true });
  }

  /** Runs a migration forward without looking at it. @throws MigrationError */
  async skip(migration: Migration): Promise<void> {
    const unit = forwardUnit(migration, this.#schema, this.#target.dialect.name);
    this.#noteSpecial(unit);
    await runUnit(this.#target, unit);
    this.#schema = schemaAfter(unit, this.#schema);
    this.#known = undefined;
  }

  /** True for a migration whose failure leaves the database as it was before. */
  isUndone(migration: Migration): boolean {
    return isOneTransaction(
      forwardUnit(migration, this.#schema, this.#target.dialect.name),
      this.#target.dialect,
    );
  }

  /**
   * `isLast`: nothing is done after it, so the database may be left as it was before.
   * @throws CheckFailedError that says what does not hold, and where
   */
  async verify(
    migration: Migration,
    { isLast = false, onRefusedBack }: VerifyOptions = {},
  ): Promise<Verified> {
    const { name } = migration;
    const before = this.#schema;
    const forward = forwardUnit(migration, before, this.#target.dialect.name);
    const after = schemaAfter(forward, before);
    const reversible = forward.changes.every(
      (change) => invertOperation(change.operation, change.before) !== undefined,
    );
    const notes: string[] = [];
    await this.#sample(before, SAMPLE_ROWS);
    const known = this.#known ?? placesOf(await this.#differences(before));
    const rows = new KeptRows(this.#target, keptColumns(before, forward.changes));
    await rows.remember("before");

    const special = this.#noteSpecial(forward);
    const step = async (unit: Unit, moment: Moment, prepared?: Prepared) => {
      const refusal = await this.#run(unit, rows, moment, prepared);
      const backward = unit.direction === "backward";
      if (refusal !== undefined) notes.push(`sample rows were refused: ${refusal}`);
      if (refusal !== undefined && backward) onRefusedBack?.(refusal);
      const found = await this.#differences(backward ? before : after);
      const places = placesOf(found);
      const wrong = found.filter(
        (one) => !known.has(placeOf(one)) && !(special && !backward && isBeside(one)),
      );
      if (wrong.length > 0) throw failed(this.#target, name, moment, wrong);
      const lost = await rows.lost(backward ? "before" : "after");
      if (lost !== undefined) throw failed(this.#target, name, moment, [lost]);
      return places;
    };
    const prepared = preparedForAll(this.#target, forward);
    const print = isLast && makesOnlyNew(forward.changes) ? await this.#fingerprint() : undefined;
    let left = await step(forward, "after going forward", prepared);
    if (reversible) {
      await step(backwardUnit(migration, before, this.#target.dialect.name, forward), "after going back");
      // From the very same objects the very same statements lead to the same.
      const isKnown = print !== undefined && print === this.#compared.get(before)?.print;
      if (!isKnown) left = await step(forward, "after going forward again", prepared);
    }
    this.#known = left;
    this.#schema = after;
    for (const table of this.#sampled) if (!after.tables.has(table)) this.#sampled.delete(table);
    return { name, outcome: reversible ? "reversible" : "forwardOnly", notes: [...new Set(notes)] };
  }

  /** Runs a unit; where it may refuse rows, with fewer of them. Returns what was refused. */
  async #run(unit: Unit, rows: KeptRows, moment: Moment, prepared?: Prepared): Promise<string | undefined> {
    const before = unit.changes[0]?.before ?? this.#schema;
    let refusal: string | undefined;
    for (const fewer of [...FEWER_ROWS, undefined]) {
      try {
        await runUnit(this.#target, unit, undefined, prepared);
        return refusal;
      } catch (error) {
        if (error instanceof ConnectionError) throw error;
        // What ran before the failure stays where there is no transaction around it.
        const undone = isOneTransaction(unit, this.#target.dialect);
        const again = fewer !== undefined && undone && mayRefuseRows(unit.changes);
        if (!again) throw couldNotRun(this.#target, unit, moment, error);
        refusal = databaseMessage(error);
        await deleteRows(this.#target, before);
        this.#sampled.clear();
        await this.#sample(before, fewer);
        await rows.remember(unit.direction === "forward" ? "before" : "after");
      }
    }
    return refusal;
  }

  async #sample(schema: Schema, count: number): Promise<void> {
    const tables = tablesByName(schema).filter(({ name }) => !this.#sampled.has(name));
    for (const { name } of tables) this.#sampled.add(name);
    if (count > 0) await insertSamples(this.#target, schema, tables, count);
  }

  #noteSpecial(unit: Unit): boolean {
    const special = unit.changes.some(({ operation: { kind } }) => kind === "runSQL" || kind === "runCode");
    if (special) this.#unknown = true;
    return special;
  }

  /** The schema with the namespaces that were there at any time: one that should be gone is looked for, too. */
  #withNamespaces(schema: Schema): Schema {
    for (const { name } of schema.namespaces.values())
      this.#namespaces = this.#namespaces.set(name, { name });
    return { ...schema, namespaces: this.#namespaces };
  }

  async #differences(schema: Schema): Promise<readonly FoundDifference[]> {
    const print = await this.#fingerprint();
    const known = this.#compared.get(schema);
    const isSame = known !== undefined && known.print === print && known.views === countViews(this.#views);
    if (print !== undefined && isSame) return known.differences;
    const differences = await this.#compare(schema);
    if (print !== undefined) {
      this.#compared.set(schema, { print, views: countViews(this.#views), differences });
    }
    return differences;
  }

  async #fingerprint(): Promise<string | undefined> {
    const { connection, dialect } = this.#target;
    return await dialect.fingerprint?.(connection);
  }

  async #compare(schema: Schema): Promise<readonly FoundDifference[]> {
    const { connection, dialect } = this.#target;
    // It depends on the database, as what a view's * stands for does: not longer than until the next step.
    if (this.#expected?.schema !== schema) {
      const canonical = await dialect.canonicalize(dialect.normalize(schema), connection);
      this.#expected = { schema, canonical };
    }
    try {
      const { canonical } = this.#expected;
      const live = await dialect.introspect(connection, this.#withNamespaces(canonical));
      this.#views = withViews(
        this.#views,
        [...this.#views.views.values(), ...canonical.views.values()],
        [...this.#views.triggers.values(), ...canonical.triggers.values()],
      );
      return foundDifferences(compareSchemas(withKnownViews(live, this.#views), canonical));
    } catch (error) {
      if (error instanceof SchemaError && this.#unknown) return [];
      throw error;
    }
  }
}

/** What was found where the database looked like that. */
interface Compared {
  readonly print: string;
  /** How many views and triggers were known: they become more, and what is not known is no difference. */
  readonly views: number;
  readonly differences: readonly FoundDifference[];
}

function countViews({ views, triggers }: Schema): number {
  return views.size + triggers.size;
}

function hintFor(error: unknown): string | undefined {
  if (isForeignSql(error)) {
    return "SQL that is for PostgreSQL only is written { postgres: ..., sqlite: ... }; where the project's database is PostgreSQL, it is only noted";
  }
  return error instanceof MigrationError ? error.hint : undefined;
}

/** By what a difference is known again. */
function placeOf({ mark, path }: FoundDifference): string {
  return `${mark} ${path}`;
}

/**
 * True for what hand-written SQL may add beside the schema. A column is none: operations that make its table anew would
 * lose it.
 */
function isBeside({ mark, path }: FoundDifference): boolean {
  return mark === "+" && !/^table .*, column [^,]*$/.test(path);
}

function placesOf(differences: readonly FoundDifference[]): ReadonlySet<string> {
  return new Set(differences.map(placeOf));
}

function failed(
  { dialect }: Target,
  name: string,
  moment: Moment,
  differences: readonly FoundDifference[],
): CheckFailedError {
  const lines = differences.map((difference) => `  ${describeFound(difference)}`);
  return new CheckFailedError(
    [
      `${name} does not hold on ${dialect.name}: ${moment}, the database differs from what it should be`,
      ...lines,
    ].join("\n"),
    { migration: name, database: dialect.name, moment, differences },
    "+ is in the database only, - is missing there, ~ is different",
  );
}

function couldNotRun({ dialect }: Target, unit: Unit, moment: Moment, error: unknown): CheckFailedError {
  const message = messageOf(error);
  const failure = new CheckFailedError(
    `${unit.name} does not hold on ${dialect.name}: ${message}`,
    { migration: unit.name, database: dialect.name, moment, failure: message },
    hintFor(error),
  );
  failure.cause = error;
  return failure;
}
