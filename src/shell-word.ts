/** A word as a POSIX shell takes it: in quotes where it must be. */
export function shellWord(word: string): string {
  return /^[\w.,:=@%+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A word behind the options of a program, which is none of them though it may begin with a dash. */
export function shellOperand(word: string): string {
  return word.startsWith("-") ? `-- ${shellWord(word)}` : shellWord(word);
}

/** An option with its value, attached to it where it could be taken for the next option; `text` is the value as it is typed. */
export function shellOption(name: string, value: string, text: string = shellWord(value)): string {
  return `--${name}${value.startsWith("-") ? "=" : " "}${text}`;
}
