import type { ModelMeta } from "../meta.ts";
import { columnsOf, insertRows, type RowValues, valuesToInsert } from "./insert.ts";
import { currentSession } from "./session.ts";
import { bindModel, type Target } from "./target.ts";
import { transaction } from "./transaction.ts";

/** Inserts rows in their order, all or none. Throws UsageError before anything is sent if one of them does not fit. */
export async function bulkCreate(
  meta: ModelMeta,
  values: readonly object[],
  batchSize: number,
): Promise<number> {
  const now = new Date();
  const rows = values.map((row) => valuesToInsert(meta, row, now));
  const target = bindModel(meta, currentSession().connection.dialect);
  const batches = splitBatches(target, rows, batchSize);
  const [only] = batches;
  if (only === undefined) return 0;
  // One statement is all or none by itself.
  if (batches.length === 1) return insertRows(target, only);
  return transaction(async () => {
    let inserted = 0;
    for (const batch of batches) inserted += await insertRows(target, batch);
    return inserted;
  });
}

/**
 * Neighbouring rows with the same columns, as many as one statement takes. A column that is left to the database
 * cannot be in the statement: SQLite has no DEFAULT in VALUES.
 */
function splitBatches(target: Target, rows: readonly RowValues[], batchSize: number): RowValues[][] {
  const batches: RowValues[][] = [];
  let shape = "";
  let room = 0;
  for (const row of rows) {
    const columns = columnsOf(target, row);
    const rowShape = columns.map((column) => column.name).join();
    if (room === 0 || rowShape !== shape) {
      shape = rowShape;
      room =
        columns.length === 0
          ? 1
          : Math.min(batchSize, Math.floor(target.values.maxParameters / columns.length));
      batches.push([]);
    }
    batches.at(-1)?.push(row);
    room--;
  }
  return batches;
}
