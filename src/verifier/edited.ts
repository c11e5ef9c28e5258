/** An applied migration whose file says something else by now. */
export interface EditedMigration {
  readonly name: string;
  /** Operation by operation: `- add column age to user`, `+ ...`. */
  readonly changes: readonly string[];
}

/** Edited migrations in words. */
export function editedText(edited: readonly EditedMigration[]): string {
  return edited
    .map(({ name, changes }) =>
      [`${name} was edited after it was applied:`, ...changes.map((change) => `  ${change}`)].join("\n"),
    )
    .join("\n");
}

/** What to do about edited migrations. */
export function editedHint(edited: readonly EditedMigration[]): string {
  const commands = edited.map(({ name }) => `yara-orm resolve ${name} --rehash`);
  return `undo the edit and write a new migration; or accept the file as it is now: ${commands.join(" && ")}`;
}
