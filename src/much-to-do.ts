/** From how many migrations or changes on it pays to compile what runs each of them. */
const MANY_TO_RUN = 250;

/** The same of columns that are read, with each of which much less is done. */
const MANY_TO_READ = 5_000;

/** About how many characters of a migration file a column takes. */
const CHARACTERS = 60;

let prepare: (() => void) | undefined;
let columnsRead = 0;

/** Says what is to be done once a command turns out to have much to do. */
export function whenMuchToDo(work: () => void): void {
  prepare = work;
  columnsRead = 0;
}

/** Tells how many migrations or changes are to be run, before that begins. */
export function expectToRun(count: number): void {
  if (count < MANY_TO_RUN) return;
  prepare?.();
  prepare = undefined;
}

/** Tells of how many columns there are more to read. */
export function expectToRead(columns: number): void {
  columnsRead += columns;
  if (columnsRead >= MANY_TO_READ) expectToRun(columnsRead);
}

/** Tells how long a migration file is that is read. */
export function expectToReadText(length: number): void {
  expectToRead(length / CHARACTERS);
}
