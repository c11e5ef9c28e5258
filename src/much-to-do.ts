/** From how many tables or migrations on it pays to compile what works on each of them. */
const MUCH = 250;

let prepare: (() => void) | undefined;

/** Says what is to be done once a command turns out to have much to do. */
export function whenMuchToDo(work: () => void): void {
  prepare = work;
}

/** Tells how many tables or migrations are to be worked on, before that begins. */
export function expectWork(items: number): void {
  if (items < MUCH) return;
  prepare?.();
  prepare = undefined;
}
