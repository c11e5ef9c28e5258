import { ConsentError, type Loss, StoppedError, stoppedAtQuestion } from "../errors.ts";
import { withRetries } from "../executor/contention.ts";
import type { HalfApplied } from "../executor/journal.ts";
import { canLose, findLosses } from "../executor/losses.ts";
import type { Unit } from "../executor/unit.ts";
import type { ConsentOptions } from "../manager-options.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Judges units again when those before them have run, whose names are given.
 * @throws ConsentError where they would lose more than was agreed to
 */
export type JudgeAgain = (units: readonly Unit[], done: readonly string[]) => Promise<void>;

/**
 * Nothing that rows hold is lost unless somebody wants that. What SQL and code of the first units put into tables that
 * were there, and what others write meanwhile, only the judgement that is returned can see.
 * @throws ConsentError naming what would be lost
 */
export async function requireConsent(
  workspace: Workspace,
  all: readonly Unit[],
  { confirm, askConsent }: ConsentOptions,
  half: HalfApplied | undefined,
): Promise<JudgeAgain> {
  const agreed: Loss[] = [];
  const judge: JudgeAgain = async (units, done) => {
    const [first] = units;
    // Of most migrations nothing has to be known, not even which have run.
    if (confirm === true || first === undefined || !units.some(canLose)) return;
    const { connection, dialect } = await workspace.database();
    const target = { connection, dialect, tell: workspace.emit };
    const ran = all.slice(0, all.indexOf(first));
    const find = async (most?: number) => {
      // Whoever holds a table is waited for here: looking keeps nobody else waiting.
      const found = await withRetries(target, first, false, () =>
        findLosses(target, units, { half, ran, most }),
      );
      return found.filter((loss) => !agreed.some((other) => isOfSame(loss, other)));
    };
    if ((await find(1)).length === 0) return;
    const database = await dialect.databaseName(connection);
    if (confirm === database) return;
    const losses = await find();
    // Others may have taken away meanwhile what was found.
    if (losses.length === 0) return;
    const asked = confirm === undefined ? askConsent?.({ database, losses }) : undefined;
    const isAgreed = await asked?.catch((error: unknown) => {
      throw error instanceof StoppedError ? stoppedAtQuestion(done) : error;
    });
    if (isAgreed !== true) throw new ConsentError(database, losses, confirm, done);
    agreed.push(...losses);
  };
  await judge(all, []);
  return judge;
}

function isOfSame(left: Loss, right: Loss): boolean {
  return left.migration === right.migration && left.operation === right.operation;
}
