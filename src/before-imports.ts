let prepare: (() => Promise<void>) | undefined;

/** Says what is to be done before a user's module is imported: what it imports in its turn is made ready there. */
export function beforeImports(work: () => Promise<void>): void {
  prepare = work;
}

/** Does what is to be done before a user's module is imported. */
export async function prepareImports(): Promise<void> {
  await prepare?.();
}
