/** Values at both sides of each constraint of a member. */
import type { InputModel } from './python-witness.ts';

/** Longer ones would only cost time. */
const mostLetters = 60_000;
const mostItems = 11_000;

/** A legal value of its kind, of the length asked for. */
function sample({ type, ...model }: InputModel, length?: number): unknown {
  if (type === 'string') return sampleText(model, length ?? Math.max(model.min ?? 0, 1));
  if (type === 'list') return Array.from({ length: length ?? model.min ?? 0 }, () => sample(model.member!));
  if (type === 'map')
    return Object.fromEntries(
      Array.from({ length: length ?? model.min ?? 0 }, (_, index) => [
        `${sample(model.key!) as string}${index}`.slice(0, model.key!.max),
        sample(model.value!),
      ]),
    );
  if (type === 'structure')
    return Object.fromEntries(
      Object.entries(model.members ?? {})
        .filter(([name]) => model.required?.includes(name))
        .map(([name, member]) => [name, sample(member)]),
    );
  return type === 'boolean' ? true : Math.max(model.min ?? 0, length ?? 0);
}

function sampleText({ enum: words, pattern }: Omit<InputModel, 'type'>, length: number): string {
  if (words) return words[0]!;
  const candidates = ['a', '1'].map((letter) => letter.repeat(length));
  return candidates.find((one) => matches(pattern, one)) ?? candidates[0]!;
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(text);
}

export function legalValues(model: InputModel): readonly unknown[] {
  const { type, min, max, enum: words } = model;
  if (words) return words;
  if (type === 'string')
    return lengthsOf(model, mostLetters)
      .map((length) => sampleText(model, length))
      .filter((text) => matches(model.pattern, text));
  if (type === 'list' || type === 'map')
    return lengthsOf(model, mostItems).map((length) => sample(model, length));
  if (type === 'integer' || type === 'long') return [min, max].filter((one) => one !== undefined);
  return [sample(model)];
}

function lengthsOf({ min = 0, max = 1 }: InputModel, most: number): readonly number[] {
  return [min, Math.min(max, most)];
}

export function illegalValues(model: InputModel): readonly unknown[] {
  switch (model.type) {
    case 'string':
      return illegalTexts(model);
    case 'list':
      return [
        ...beyond(model, mostItems).map((length) => sample(model, length)),
        ...illegalValues(model.member!).map((item) => [item]),
      ];
    case 'map':
      return [
        ...beyond(model, mostItems).map((length) => sample(model, length)),
        ...illegalValues(model.key!).map((key) => ({ [key as string]: sample(model.value!) })),
        ...illegalValues(model.value!).map((value) => ({ [sample(model.key!) as string]: value })),
      ];
    case 'structure':
      return Object.entries(model.members ?? {}).flatMap(([name, member]) =>
        illegalValues(member).map((value) => ({ ...(sample(model) as object), [name]: value })),
      );
    case 'integer':
    case 'long':
      return [
        ...(model.min === undefined ? [] : [model.min - 1]),
        ...(model.max === undefined ? [] : [model.max + 1]),
      ];
    default:
      return [];
  }
}

/** Lengths that are one too short and one too long. */
function beyond({ min = 0, max = Infinity }: InputModel, most: number): readonly number[] {
  return [min - 1, max + 1].filter((length) => length >= 0 && length <= most);
}

function illegalTexts(model: InputModel): readonly string[] {
  const { enum: words, pattern } = model;
  const strange = ['a\n', ' ', 'a*b:c', 'ü€', '9-'].filter((text) => !matches(pattern, text));
  return [
    ...(words ? ['nonsense', words[0]!.toLowerCase()].filter((one) => !words.includes(one)) : []),
    ...beyond(model, mostLetters).map((length) => 'a'.repeat(length)),
    ...strange,
  ];
}
