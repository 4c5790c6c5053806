/**
 * Text -> regular expression, in the syntax of RE2, whose matches need no backtracking
 * (https://github.com/google/re2/wiki/Syntax): no back references, nothing that looks ahead or behind.
 *
 * ```ebnf
 * either   = sequence { "|" sequence } ;            sequence = { repeat } ;
 * repeat   = atom [ ( "*" | "+" | "?" | "{" [ n ] [ "," [ n ] ] "}" ) [ "?" ] ] ;
 * atom     = "(" [ "?:" | "?<" name ">" | "?P<" name ">" | "?" flags ":" ] either ")" | "(?" flags ")"
 *          | "." | "^" | "$" | "[" class "]" | "\" escape | character ;
 * flags    = { "i" | "m" | "s" | "U" } [ "-" { "i" | "m" | "s" | "U" } ] ;
 * ```
 */
import { anyCharacter, type CharSet, singleCharacter } from './char-set.ts';
import { takeClass, takeEscapedSet } from './parse-char-class.ts';
import { Source } from './source.ts';

export type Place = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'wordEdge' | 'noWordEdge';

export type Node =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'group'; readonly body: Node; readonly index: number };

export interface ParsedRegex {
  readonly root: Node;
  /** Of the groups that keep what they match, in order; undefined for one without a name. */
  readonly groupNames: readonly (string | undefined)[];
}

/** As in RE2. */
const maxRepeat = 1_000;
const maxDepth = 100;

interface Counts {
  readonly min: number;
  readonly max: number;
}

interface Flags {
  /** Upper and lower case are the same. */
  readonly i: boolean;
  /** `^` and `$` are also at the lines' ends. */
  readonly m: boolean;
  /** `.` is also a newline. */
  readonly s: boolean;
  /** `?` after a repetition makes it greedy instead of lazy. */
  readonly U: boolean;
}

/** Throws a `RegexError`. */
export function parseRegex(text: string): ParsedRegex {
  const parser = new Parser(text);
  const root = parser.parse();
  return { root, groupNames: parser.groupNames };
}

class Parser {
  readonly groupNames: (string | undefined)[] = [];
  readonly #source: Source;
  #flags: Flags = { i: false, m: false, s: false, U: false };
  #depth = 0;

  constructor(text: string) {
    this.#source = new Source(text);
  }

  parse(): Node {
    const root = this.#either();
    if (!this.#source.isAtEnd) throw this.#source.error('The parenthesis has no opening one');
    return root;
  }

  #either(): Node {
    if (++this.#depth > maxDepth) throw this.#source.error('The groups are nested too deeply');
    const flags = this.#flags;
    const parts = [this.#sequence()];
    while (this.#source.take('|')) parts.push(this.#sequence());
    // Flags that are set within a group end with it.
    this.#flags = flags;
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'either', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (!this.#source.isAtEnd && !this.#source.isNext('|') && !this.#source.isNext(')')) {
      const atom = this.#atom();
      if (atom) parts.push(this.#repeat(atom));
    }
    return { kind: 'sequence', parts };
  }

  #repeat(body: Node): Node {
    const counts = this.#counts();
    if (!counts) return body;
    const isLazy = this.#source.take('?') !== this.#flags.U;
    if (this.#counts()) throw this.#source.error('A repetition cannot be repeated; put it in a group');
    return { kind: 'repeat', body, ...counts, isLazy };
  }

  #counts(): Counts | undefined {
    const sign = this.#source.takeMatch(/[*+?]/y)?.[0];
    if (sign !== undefined) return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
    // Braces without a count stand for themselves.
    const braces = this.#source.takeMatch(/\{(?=,?\d)(\d{0,5})(,?)(\d{0,5})\}/y);
    if (!braces) return undefined;
    const [written, from, comma, to] = braces;
    const min = Number(from);
    const max = Number((comma === '' ? from : to) || Infinity);
    if (min > max || [from, to].some((count) => Number(count) > maxRepeat))
      throw this.#source.error(`The counts must rise, up to ${maxRepeat}`, written.length);
    return { min, max };
  }

  /** Undefined for flags, which match nothing. */
  #atom(): Node | undefined {
    if (this.#source.isNext('(')) return this.#group();
    const place = this.#place();
    if (place) return { kind: 'place', place };
    return { kind: 'set', set: this.#set() };
  }

  #place(): Place | undefined {
    if (this.#source.take('^')) return this.#flags.m ? 'lineStart' : 'start';
    if (this.#source.take('$')) return this.#flags.m ? 'lineEnd' : 'end';
    if (this.#source.take(String.raw`\b`)) return 'wordEdge';
    if (this.#source.take(String.raw`\B`)) return 'noWordEdge';
    if (this.#source.take(String.raw`\A`)) return 'start';
    return this.#source.take(String.raw`\z`) ? 'end' : undefined;
  }

  #set(): CharSet {
    if (this.#source.take('.')) return anyCharacter(this.#flags.s);
    if (this.#source.isNext('[')) return { ...takeClass(this.#source), isCaseBlind: this.#flags.i };
    if (this.#source.isNext('\\')) return { ...takeEscapedSet(this.#source), isCaseBlind: this.#flags.i };
    if (this.#source.takeMatch(/[*+?]/y)) throw this.#source.error('There is nothing to repeat', 1);
    return singleCharacter(this.#source.takeCharacter(), this.#flags.i);
  }

  #group(): Node | undefined {
    const named = this.#source.takeMatch(/\(\?P?<([A-Za-z_]\w*)>/y);
    if (named) return this.#capture(named[1]);
    const flagged = this.#source.takeMatch(/\(\?([imsU]*)(-[imsU]+)?([:)])/y);
    if (flagged) return this.#flagged(flagged);
    if (this.#source.isNext('(?'))
      throw this.#source.error(
        'This kind of group is none of RE2: a group is (…), (?:…), (?<name>…) or (?i)',
      );
    this.#source.take('(');
    return this.#capture(undefined);
  }

  #capture(name: string | undefined): Node {
    if (name !== undefined && this.groupNames.includes(name))
      throw this.#source.error(`There are two groups of the name ${name}`);
    const index = this.groupNames.push(name);
    const body = this.#either();
    this.#close();
    return { kind: 'group', body, index };
  }

  #flagged([, on = '', off = '', end]: RegExpExecArray): Node | undefined {
    const before = this.#flags;
    const changes = Object.keys(before).flatMap((flag) =>
      on.includes(flag) || off.includes(flag) ? [[flag, !off.includes(flag)]] : [],
    );
    this.#flags = { ...before, ...(Object.fromEntries(changes) as Partial<Flags>) };
    if (end === ')') return undefined;
    const body = this.#either();
    this.#close();
    this.#flags = before;
    return body;
  }

  #close(): void {
    if (!this.#source.take(')')) throw this.#source.error('A parenthesis is not closed');
  }
}
