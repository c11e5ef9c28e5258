import { YaraError } from "../../errors.ts";
import { triggerKey } from "../../schema/view.ts";
import type { Change, Rendering, Step } from "../dialect.ts";
import { suspendViews } from "../suspended-views.ts";
import { affectedBy } from "./affected-views.ts";
import { Gatherer } from "./gather.ts";
import { nativeAlter } from "./native-alter.ts";
import { rebuild } from "./rebuild.ts";
import { needsRebuild, renameStatements } from "./rename.ts";
import { sqlite } from "./renderer.ts";
import type { Alteration, TableWork } from "./table-work.ts";
import { createTrigger, createView, normalizeTrigger, normalizeView } from "./views.ts";

/**
 * The steps of a migration on SQLite: each table gets one CREATE TABLE, a few native ALTERs, or one rebuild for all
 * the operations on it between two barriers (see Gatherer).
 */
export function render(changes: readonly Change[]): Rendering {
  const gatherer = new Gatherer();
  const steps: Step[] = [];
  const replaced: number[] = [];
  const flush = () => {
    for (const work of gatherer.flush()) {
      const { steps: found, replaces } = tableSteps(work);
      steps.push(...found);
      if (replaces) replaced.push(...work.operations);
    }
  };
  for (const change of suspendViews(changes, affectedBy)) {
    const { operation, position, before, after } = change;
    const operations = [position];
    switch (operation.kind) {
      case "runSQL": {
        flush();
        const statements = "sqlite" in operation.sql ? operation.sql.sqlite : operation.sql;
        for (const sql of statements) steps.push({ kind: "sql", sql, operations });
        break;
      }
      case "runCode":
        flush();
        steps.push({ kind: "code", run: operation.forward, operations });
        break;
      // What was gathered need not wait for what goes.
      case "dropView":
        steps.push({ kind: "sql", sql: `DROP VIEW ${sqlite.quote(operation.name)}`, operations });
        break;
      case "dropTrigger": {
        const trigger = before.triggers.get(triggerKey(operation));
        for (const { name } of trigger === undefined ? [] : normalizeTrigger(trigger, before))
          steps.push({ kind: "sql", sql: `DROP TRIGGER ${sqlite.quote(name)}`, operations });
        break;
      }
      case "createView":
        flush();
        steps.push(...createView(normalizeView(operation.view, after), operations));
        break;
      case "createTrigger":
        flush();
        for (const trigger of normalizeTrigger(operation.trigger, after))
          steps.push({ kind: "sql", sql: createTrigger(trigger), operations });
        break;
      case "renameTable":
      case "renameColumn":
        if (!gatherer.allowsRename(operation)) flush();
        if (needsRebuild(operation)) {
          flush();
          gatherer.addRebuiltRename(operation, change, position);
          break;
        }
        for (const sql of renameStatements(operation)) steps.push({ kind: "sql", sql, operations });
        gatherer.addRename(operation, change, position);
        break;
      default:
        if (gatherer.mustFlush(change)) flush();
        gatherer.add(change, position);
    }
  }
  flush();
  return replaced.length === 0 ? { before: [], steps, after: [] } : withoutForeignKeys(steps, replaced);
}

/** `replaces`: a table is dropped, on its own or for a new one, and foreign keys must not act on that. */
function tableSteps(work: TableWork): { steps: Step[]; replaces: boolean } {
  const { base, target, operations } = work;
  const sql = (text: string): Step => ({ kind: "sql", sql: text, operations });
  if (target === undefined) {
    return base === undefined
      ? { steps: [], replaces: false }
      : { steps: [sql(sqlite.dropTable(base.name))], replaces: true };
  }
  if (base === undefined) {
    const indexes = target.indexes.map((index) => sqlite.index(target, index));
    return { steps: [sqlite.create(target), ...indexes].map(sql), replaces: false };
  }
  const alteration: Alteration = { ...work, base, target };
  const statements = nativeAlter(alteration);
  return statements === undefined
    ? { steps: rebuild(alteration), replaces: true }
    : { steps: statements.map(sql), replaces: false };
}

/**
 * With foreign keys on, DROP TABLE deletes the rows first, and with them, without a word, the rows of every table that
 * refers to them under ON DELETE CASCADE, also of tables that no migration knows
 * (https://www.sqlite.org/foreignkeys.html, 5). The pragma does nothing inside a transaction, so it stands
 * before BEGIN, and the keys are checked before COMMIT instead.
 */
function withoutForeignKeys(steps: readonly Step[], operations: readonly number[]): Rendering {
  const isRebuilt = steps.some(({ kind }) => kind === "query");
  const check: Step = {
    kind: "check",
    sql: 'SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 10',
    explain: explainForeignKeys,
    operations: [...new Set(operations)].sort((a, b) => a - b),
  };
  return {
    before: ["PRAGMA foreign_keys = OFF"],
    steps: [...steps, check],
    // A failure can leave the first of them on: pragmas are no part of a transaction.
    after: [...(isRebuilt ? ["PRAGMA legacy_alter_table = OFF"] : []), "PRAGMA foreign_keys = ON"],
  };
}

function explainForeignKeys(rows: readonly Readonly<Record<string, unknown>>[]): Error {
  const shown = rows.map(({ table, rowid, parent }) => `${table} row ${rowid} (to ${parent})`);
  return new YaraError(`rows refer to rows that do not exist: ${shown.join(", ")}`, {
    hint:
      "a migration that rebuilds or drops a table runs without foreign key actions: if one of its own statements " +
      "deleted or changed the rows referred to, move that statement to a migration of its own; otherwise correct the rows before",
  });
}
