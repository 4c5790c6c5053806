/** The machine that runs a regular expression's program over a text. */
import { isWordCharacter } from './char-set.ts';
import { op, type Program } from './compile-regex.ts';
import type { Place } from './parse-regex.ts';

/** One bit for each fork and each run at each place. All machines share it, because none runs beside another. */
let tried = new Uint32Array(0);

/** What a run needs; used again for the next one. A way that led nowhere once is not tried again. */
export class Machine {
  readonly #program: Program;
  readonly #notes: Int32Array;
  /** Ways to try yet: instruction and place; or a note's former value, the instruction then being `~slot`. */
  readonly #ways: number[] = [];
  #text = '';

  constructor(program: Program, groups: number) {
    this.#program = program;
    this.#notes = new Int32Array(2 * (groups + 1));
  }

  start(text: string): void {
    this.#text = text;
    const words = Math.ceil((this.#program.marks * (text.length + 1)) / 32);
    if (words > tried.length) tried = new Uint32Array(words);
    else tried.fill(0, 0, words);
  }

  /** Of the last match. */
  groups(text: string): readonly (string | undefined)[] {
    const notes = this.#notes;
    return Array.from({ length: notes.length / 2 }, (_, group) => {
      const [begin = -1, end = -1] = [notes[2 * group], notes[2 * group + 1]];
      return begin < 0 || end < 0 ? undefined : text.slice(begin, end);
    });
  }

  /** Whether a match begins at `begin`; the notes then say where its groups are. */
  matchFrom(begin: number): boolean {
    this.#notes.fill(-1);
    this.#notes[0] = begin;
    this.#ways.length = 0;
    this.#ways.push(0, begin);
    while (this.#ways.length > 0) {
      const place = this.#ways.pop() ?? 0;
      const instruction = this.#ways.pop() ?? 0;
      if (instruction < 0) this.#notes[~instruction] = place;
      else if (this.#follow(instruction, place)) return true;
    }
    return false;
  }

  /** Follows one way to its end. */
  #follow(first: number, begin: number): boolean {
    const { ops, a } = this.#program;
    let at = first;
    let place = begin;
    for (;;) {
      const code = ops[at] ?? op.match;
      const operand = a[at] ?? 0;
      if (code === op.jump) at = operand;
      else if (code === op.fork) {
        if (!this.#forkAt(at, place)) return false;
        at = operand;
      } else if (code === op.match) {
        this.#notes[1] = place;
        return true;
      } else {
        place = this.#step(code, at, place);
        if (place < 0) return false;
        at++;
      }
    }
  }

  /** The place after the instruction, negative if the text is not as it wants. */
  #step(code: number, at: number, place: number): number {
    const operand = this.#program.a[at] ?? 0;
    switch (code) {
      case op.set:
        return this.#program.tests[operand]?.after(this.#text, place) ?? -1;
      case op.run:
        return this.#run(at, place);
      case op.text:
        return this.#after(this.#program.texts[operand], place);
      case op.note:
        this.#note(operand, place);
        return place;
      default:
        return isAt(this.#program.places[operand], this.#text, place) ? place : -1;
    }
  }

  #after(text = '', place: number): number {
    return this.#text.startsWith(text, place) ? place + text.length : -1;
  }

  /** Two runs that meet end in the same place: the second one is given up there. */
  #run(at: number, begin: number): number {
    const test = this.#program.tests[this.#program.a[at] ?? 0];
    let place = begin;
    for (let next = place; next >= 0; next = test?.after(this.#text, place) ?? -1) {
      if (!this.#mark(at, next)) return -1;
      place = next;
    }
    return place;
  }

  #forkAt(at: number, place: number): boolean {
    if (!this.#mark(at, place)) return false;
    this.#ways.push(this.#program.b[at] ?? 0, place);
    return true;
  }

  /** False if the instruction came to this place before. */
  #mark(at: number, place: number): boolean {
    const bit = (this.#program.markNumbers[at] ?? 0) * (this.#text.length + 1) + place;
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const before = tried[word] ?? 0;
    tried[word] = before | mask;
    return (before & mask) === 0;
  }

  /** What it was before comes back if the way leads nowhere. */
  #note(slot: number, place: number): void {
    this.#ways.push(~slot, this.#notes[slot] ?? -1);
    this.#notes[slot] = place;
  }
}

function isAt(place: Place | undefined, text: string, offset: number): boolean {
  switch (place) {
    case 'start':
      return offset === 0;
    case 'end':
      return offset === text.length;
    case 'lineStart':
      return offset === 0 || text[offset - 1] === '\n';
    case 'lineEnd':
      return offset === text.length || text[offset] === '\n';
    case 'wordEdge':
      return isWordEdge(text, offset);
    default:
      return !isWordEdge(text, offset);
  }
}

function isWordEdge(text: string, offset: number): boolean {
  const isWordAt = (at: number): boolean => isWordCharacter(text.charCodeAt(at));
  return isWordAt(offset - 1) !== isWordAt(offset);
}
