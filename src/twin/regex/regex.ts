/**
 * A regular expression whose match takes time in proportion to the length of the text, whatever the expression:
 * AWS's is of this kind, JavaScript's own is not.
 */
import { compileRegex, type Program } from './compile-regex.ts';
import { parseRegex } from './parse-regex.ts';
import { Machine } from './run-program.ts';

/** Bits to remember the ways tried by; 32 MB. */
const maxTried = 2 ** 28;

export class Regex {
  /** Of the groups, in order; undefined for one without a name. */
  readonly groupNames: readonly (string | undefined)[];
  readonly #program: Program;
  readonly #machine: Machine;

  /** Throws a `RegexError`. */
  constructor(source: string) {
    const parsed = parseRegex(source);
    this.groupNames = parsed.groupNames;
    this.#program = compileRegex(parsed);
    this.#machine = new Machine(this.#program, parsed.groupNames.length);
  }

  test(text: string): boolean {
    return this.#program.isLiteral ? text.includes(this.#program.prefix) : this.#find(text);
  }

  /** The whole match, then the groups in order, undefined those that took no part; undefined without a match. */
  exec(text: string): readonly (string | undefined)[] | undefined {
    return this.#find(text) ? this.#machine.groups(text) : undefined;
  }

  /** Tries each place where a match may begin, from the left. */
  #find(text: string): boolean {
    const { isAnchored, marks } = this.#program;
    let begin = isAnchored ? 0 : this.#nextBegin(text, 0);
    if (begin < 0) return false;
    if (marks * (text.length + 1) > maxTried)
      throw new Error('The regular expression is too large for a text of this length.');
    this.#machine.start(text);
    while (begin >= 0) {
      if (this.#machine.matchFrom(begin)) return true;
      begin = isAnchored ? -1 : this.#nextBegin(text, begin + 1);
    }
    return false;
  }

  /** The first place from `from` on where a match may begin; negative without one. */
  #nextBegin(text: string, from: number): number {
    const { prefix, first } = this.#program;
    if (prefix !== '') return text.indexOf(prefix, from);
    let begin = from;
    while (first && begin < text.length && first.after(text, begin) < 0) begin++;
    return begin <= text.length ? begin : -1;
  }
}
