/** Regular expression -> program of a machine that tries one way after the other. */
import { areApart, type CharSet, CharTest, onlyCharacter } from './char-set.ts';
import type { Node, ParsedRegex, Place } from './parse-regex.ts';
import { RegexError } from './regex-error.ts';

/** What an instruction does with the place in the text; `a` and `b` are its operands. */
export const op = {
  /** One character of the set `a`. */
  set: 0,
  /** As many characters of the set `a` as there are. */
  run: 1,
  /** The text `a`. */
  text: 2,
  /** Goes on at `a`; if that leads nowhere, at `b`. */
  fork: 3,
  jump: 4,
  /** Notes in slot `a` where a group begins (even) or ends (odd). */
  note: 5,
  /** Nothing, at the place `a`. */
  place: 6,
  match: 7,
} as const;

export interface Instruction {
  readonly op: (typeof op)[keyof typeof op];
  a: number;
  b: number;
}

export interface Program {
  readonly ops: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly tests: readonly CharTest[];
  readonly texts: readonly string[];
  readonly places: readonly Place[];
  /** For each fork and each run its number among them. */
  readonly markNumbers: Int32Array;
  readonly marks: number;
  /** A text that every match begins with; may be empty. */
  readonly prefix: string;
  /** What every match begins with, where that is easily told. */
  readonly first: CharTest | undefined;
  /** Whether the prefix is all there is. */
  readonly isLiteral: boolean;
  /** Whether a match can begin only where the text begins. */
  readonly isAnchored: boolean;
}

/** A repetition is written out as often as it counts. */
const maxInstructions = 20_000;

export function compileRegex({ root }: ParsedRegex): Program {
  const writer = new Writer();
  writer.write(root, undefined);
  writer.add(op.match);
  const { instructions, tests, texts, places } = writer;
  const leading = flatten(root);
  const prefix = takeLiteral(leading);
  const first = firstSet(root);
  const markNumbers = new Int32Array(instructions.length);
  let marks = 0;
  for (const [index, one] of instructions.entries())
    if (one.op === op.fork || one.op === op.run) markNumbers[index] = marks++;
  return {
    ops: Uint8Array.from(instructions, (one) => one.op),
    a: Int32Array.from(instructions, ({ a }) => a),
    b: Int32Array.from(instructions, ({ b }) => b),
    tests,
    texts,
    places,
    markNumbers,
    marks,
    prefix: prefix.join(''),
    first: first && new CharTest(first),
    isLiteral: prefix.length === leading.length,
    isAnchored: leading[0]?.kind === 'place' && leading[0].place === 'start',
  };
}

/** The parts that follow each other at the top. */
function flatten(node: Node): readonly Node[] {
  return node.kind === 'sequence' ? node.parts.flatMap(flatten) : [node];
}

/** The characters that the parts begin with, where there is but one for each. */
function takeLiteral(parts: readonly Node[]): readonly string[] {
  const end = parts.findIndex((part) => part.kind !== 'set' || onlyCharacter(part.set) === undefined);
  return (end < 0 ? parts : parts.slice(0, end)).map((part) =>
    part.kind === 'set' ? (onlyCharacter(part.set) ?? '') : '',
  );
}

/** The set that the first character belongs to; undefined where there need be none, or that is not easily told. */
function firstSet(node: Node | undefined): CharSet | undefined {
  switch (node?.kind) {
    case 'set':
      return node.set;
    case 'sequence':
      return firstSet(node.parts[0]);
    case 'group':
      return firstSet(node.body);
    case 'repeat':
      return node.min > 0 ? firstSet(node.body) : undefined;
    default:
      return undefined;
  }
}

type Repeat = Extract<Node, { kind: 'repeat' }>;

class Writer {
  readonly instructions: Instruction[] = [];
  readonly tests: CharTest[] = [];
  readonly texts: string[] = [];
  readonly places: Place[] = [];

  add(code: Instruction['op'], a = 0, b = 0): Instruction {
    if (this.instructions.length >= maxInstructions)
      throw new RegexError('The regular expression is too large once its repetitions are written out', 0);
    const instruction = { op: code, a, b };
    this.instructions.push(instruction);
    return instruction;
  }

  /** `next` is the set of the character that must come after the node. */
  write(node: Node, next: CharSet | undefined): void {
    switch (node.kind) {
      case 'set':
        this.add(op.set, this.#test(node.set));
        break;
      case 'place':
        this.add(op.place, this.places.push(node.place) - 1);
        break;
      case 'sequence':
        this.#sequence(node.parts, next);
        break;
      case 'either':
        this.#either(node.parts, next);
        break;
      case 'group':
        this.add(op.note, 2 * node.index);
        this.write(node.body, next);
        this.add(op.note, 2 * node.index + 1);
        break;
      case 'repeat':
        this.#repeat(node, next);
    }
  }

  get #end(): number {
    return this.instructions.length;
  }

  #test(set: CharSet): number {
    return this.tests.push(new CharTest(set)) - 1;
  }

  #sequence(parts: readonly Node[], next: CharSet | undefined): void {
    for (let index = 0; index < parts.length;) {
      const literal = takeLiteral(parts.slice(index));
      const part = parts[index] as Node;
      if (literal.length > 1) this.add(op.text, this.texts.push(literal.join('')) - 1);
      else this.write(part, index + 1 < parts.length ? firstSet(parts[index + 1]) : next);
      index += Math.max(1, literal.length);
    }
  }

  #fork(): Instruction {
    return this.add(op.fork, this.#end + 1, this.#end + 1);
  }

  #either(parts: readonly Node[], next: CharSet | undefined): void {
    const jumps = parts.slice(0, -1).map((part) => {
      const fork = this.#fork();
      this.write(part, next);
      const jump = this.add(op.jump);
      fork.b = this.#end;
      return jump;
    });
    const last = parts.at(-1);
    if (last) this.write(last, next);
    for (const jump of jumps) jump.a = this.#end;
  }

  #repeat(node: Repeat, next: CharSet | undefined): void {
    const { body, min, max, isLazy } = node;
    for (let count = 0; count < min; count++) this.write(body, undefined);
    // What comes next stands in no such run, so a shorter run leads nowhere: no need to try.
    if (max === Infinity && body.kind === 'set' && next && areApart(body.set, next)) {
      this.add(op.run, this.#test(body.set));
      return;
    }
    if (max === Infinity) {
      this.#loop(body, isLazy);
      return;
    }
    const forks = Array.from({ length: max - min }, () => {
      const fork = this.#fork();
      this.write(body, undefined);
      return fork;
    });
    for (const fork of forks) leave(fork, this.#end, isLazy);
  }

  #loop(body: Node, isLazy: boolean): void {
    const begin = this.#end;
    const fork = this.#fork();
    this.write(body, undefined);
    this.add(op.jump, begin);
    leave(fork, this.#end, isLazy);
  }
}

/** A lazy repetition tries first to end. */
function leave(fork: Instruction, end: number, isLazy: boolean): void {
  if (isLazy) [fork.a, fork.b] = [end, fork.a];
  else fork.b = end;
}
