/** The text of a JSON selector, read from left to right. */
import { invalidPattern } from './invalid-pattern.ts';

const space = /\s*/y;
const patterns = {
  property: /\$(?:\.?\['(?:[^'\\]|\\.)*'\]|\.(?:\*|[\w-]+)|\[(?:\*|\d+)\])+/y,
  relation: /!=|<=|>=|=|<|>/y,
  number: /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.*:/+-])/y,
  quoted: /"(?:[^"\\]|\\.)*"/sy,
  word: /[\w.*:/-]+/y,
  regex: /%[^%]*%/y,
} as const;

export class Scanner {
  readonly #source: string;
  #offset = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#offset >= this.#source.length;
  }

  take(kind: keyof typeof patterns): string | undefined {
    this.#skipSpace();
    const pattern = patterns[kind];
    pattern.lastIndex = this.#offset;
    const [found] = pattern.exec(this.#source) ?? [];
    if (found !== undefined) this.#offset = pattern.lastIndex;
    return found;
  }

  /** Whether the text comes next; words are the same in upper and lower case. */
  takeText(text: string): boolean {
    this.#skipSpace();
    const end = this.#offset + text.length;
    if (this.#source.slice(this.#offset, end).toUpperCase() !== text) return false;
    this.#offset = end;
    return true;
  }

  expect(text: string): void {
    if (!this.takeText(text)) throw this.unexpected(JSON.stringify(text));
  }

  unexpected(wanted: string): Error {
    this.#skipSpace();
    const rest = this.#source.slice(this.#offset, this.#offset + 40);
    const found = rest === '' ? 'has its end' : `has ${JSON.stringify(rest)}`;
    return invalidPattern(`${found} at character ${this.#offset}, where ${wanted} is expected`);
  }

  #skipSpace(): void {
    space.lastIndex = this.#offset;
    space.exec(this.#source);
    this.#offset = space.lastIndex;
  }
}
