import bash from "./completion/yara-orm.bash" with { type: "text" };
import fish from "./completion/yara-orm.fish" with { type: "text" };
import powershell from "./completion/yara-orm.ps1" with { type: "text" };
import zsh from "./completion/yara-orm.zsh" with { type: "text" };

/** The shells that can complete. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * What the shells run: each asks the tool itself what may stand there, with the word that is typed in `--words=` and those before
 * it behind. An answer is a candidate, a tab and what it is; `:files` leaves it to the shell.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
