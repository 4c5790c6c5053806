/** The text of a regular expression, read from left to right. */
import { RegexError } from './regex-error.ts';

export class Source {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#text.length;
  }

  isNext(text: string): boolean {
    return this.#text.startsWith(text, this.#offset);
  }

  take(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.#offset += text.length;
    return true;
  }

  /** `pattern` must be sticky. */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match) this.#offset += match[0].length;
    return match;
  }

  /** The code point that comes next. */
  takeCharacter(): number {
    const codePoint = this.#text.codePointAt(this.#offset);
    if (codePoint === undefined) throw this.error('It ends too early');
    this.#offset += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** To throw: what is wrong, so many characters before where reading has come. */
  error(problem: string, before = 0): RegexError {
    return new RegexError(problem, Math.min(this.#offset - before, this.#text.length));
  }
}
