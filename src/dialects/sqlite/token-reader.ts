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

  /** True if the next token is one of these keywords or symbols, given in upper case. */
  isNext(...words: readonly string[]): boolean {
    const keyword = this.#tokens[this.#at]?.keyword;
    return keyword !== undefined && keyword !== "" && words.includes(keyword);
  }

  /** Passes the next tokens if they are these words, one after the other; otherwise stays where it is. */
  accept(...words: readonly string[]): boolean {
    const start = this.#at;
    for (const word of words) {
      if (!this.isNext(word)) {
        this.#at = start;
        return false;
      }
      this.#at++;
    }
    return true;
  }

  /** Passes the word. @throws SchemaError where something else comes next */
  expect(word: string): void {
    if (!this.accept(word)) this.#fail(word);
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
    const names: string[] = [];
    do {
      names.push(this.name());
      if (this.accept("COLLATE")) this.name();
      if (!this.accept("ASC")) this.accept("DESC");
    } while (this.accept(","));
    this.expect(")");
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
