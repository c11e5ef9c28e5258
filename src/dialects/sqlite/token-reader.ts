import { SchemaError } from "../../errors.ts";
import { type Token, tokenize } from "./tokenizer.ts";

/** Reads SQL token by token. Keywords are compared without regard to case and are never quoted. */
export class TokenReader {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws SchemaError where `sql` cannot be split into tokens */
  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokenize(sql);
  }

  /** True at the end of the text. */
  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** The next token as a keyword or symbol, in upper case; empty for anything else, and at the end. */
  get keyword(): string {
    return this.#tokens[this.#at]?.keyword ?? "";
  }

  /** Passes the next tokens if they are these words, one after the other; otherwise stays where it is. */
  accept(first: string, ...more: readonly string[]): boolean {
    // Most questions end here.
    if (this.#tokens[this.#at]?.keyword !== first) return false;
    let at = this.#at + 1;
    for (const word of more) if (this.#tokens[at++]?.keyword !== word) return false;
    this.#at = at;
    return true;
  }

  /** Passes the words. @throws SchemaError where something else comes in the place of one */
  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.#fail(word);
  }

  /** The next token, whatever it is. @throws SchemaError at the end */
  next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) return this.#fail("more");
    this.#at++;
    return token;
  }

  /** A name: bare, quoted in any of the four ways. @throws SchemaError where none comes next */
  name(): string {
    const token = this.next();
    return token.kind === "number" || token.kind === "symbol" ? this.#fail("a name") : token.name;
  }

  /** Names in parentheses, separated by commas. @throws SchemaError where something else comes next */
  names(): string[] {
    this.expect("(");
    const names = this.list();
    this.expect(")");
    return names;
  }

  /** Names separated by commas, with what orders them. @throws SchemaError where something else comes next */
  list(): string[] {
    const names: string[] = [];
    do {
      names.push(this.name());
      if (this.accept("COLLATE")) this.name();
      if (!this.accept("ASC")) this.accept("DESC");
    } while (this.accept(","));
    return names;
  }

  /** The source between the parentheses that come next. @throws SchemaError where none come, or no end */
  parenthesized(): string {
    const start = this.#tokens[this.#at]?.end ?? 0;
    this.expect("(");
    for (let depth = 1; ; ) {
      const token = this.next();
      if (token.text === "(") depth++;
      if (token.text === ")" && --depth === 0) return this.#sql.slice(start, token.start);
    }
  }

  /** The source from the next token up to the place that `pass` moves to. */
  source(pass: () => void): string {
    const start = this.#tokens[this.#at]?.start ?? this.#sql.length;
    pass();
    return this.#sql.slice(start, this.#tokens[this.#at - 1]?.end ?? start);
  }

  #fail(expected: string): never {
    const found = this.#tokens[this.#at]?.text ?? "the end";
    throw new SchemaError(`expected ${expected} and found ${found} in the SQL ${JSON.stringify(this.#sql)}`);
  }
}
