/** Says that this is another runtime than the one that it needs, and what to do. It is all that Node.js must be able to read. */
export function needsBun(): string {
  return `yara-orm runs on Bun, and this is Node.js ${process.version}
hint: install Bun beside it (npm install bun), and npx yara-orm runs on that; or take the executable, which needs neither`;
}

/** Prints what `needsBun` says as an error. */
export function printNeedsBun(): void {
  console.error(`error: ${needsBun()}`);
}
