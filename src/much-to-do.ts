/** From how many migrations or changes on it pays to compile what runs each of them. */
const MANY_TO_RUN = 250;

/** The same of files and models, with each of which much less is done. */
const MANY_TO_READ = 2_000;

let prepare: (() => void) | undefined;

/** Says what is to be done once a command turns out to have much to do. */
export function whenMuchToDo(work: () => void): void {
  prepare = work;
}

/** Tells how many migrations or changes are to be run, before that begins. */
export function expectToRun(count: number): void {
  if (count < MANY_TO_RUN) return;
  prepare?.();
  prepare = undefined;
}

/** Tells how many files or models are to be read. */
export function expectToRead(count: number): void {
  if (count >= MANY_TO_READ) expectToRun(count);
}
