import type { RenameIndex } from "../operations/types.ts";
import { comparableIndex, dataEqual } from "../schema/compare.ts";
import { indexName } from "../schema/naming.ts";
import type { Index } from "../schema/table.ts";
import type { TableDiff } from "./table-diff.ts";

/** The diffs without the indexes that only have another name now, and the operations that rename those. */
export interface IndexRenames {
  readonly diffs: readonly TableDiff[];
  readonly operations: readonly RenameIndex[];
}

/**
 * Takes an index that is dropped and one that is added with the same definition for one that is renamed. Nobody is
 * asked: no data is at stake. Where the new name is still in use, which another order might mend, both stay as they are.
 */
export function renameIndexes(diffs: readonly TableDiff[]): IndexRenames {
  const taken = new Set(
    diffs.flatMap(({ before, indexes }) => indexes.dropped.map((index) => indexName(before.name, index))),
  );
  const operations: RenameIndex[] = [];
  const rest = diffs.map((diff) => {
    const dropped = [...diff.indexes.dropped];
    const added = diff.indexes.added.filter((fresh) => {
      const to = indexName(diff.after.name, fresh);
      const at = taken.has(to) ? -1 : dropped.findIndex((old) => isSameBesideName(old, fresh));
      const [old] = at < 0 ? [] : dropped.splice(at, 1);
      if (old === undefined) return true;
      operations.push({
        kind: "renameIndex",
        table: diff.after.name,
        from: indexName(diff.before.name, old),
        to,
      });
      return false;
    });
    return added.length === diff.indexes.added.length ? diff : { ...diff, indexes: { dropped, added } };
  });
  return { diffs: rest, operations };
}

function isSameBesideName(left: Index, right: Index): boolean {
  const bare = (index: Index) => ({ ...comparableIndex(index), name: undefined });
  return dataEqual(bare(left), bare(right));
}
