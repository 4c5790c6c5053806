import { describe, expect, it } from '@jest/globals';
import { LineSplitter } from '../../../src/kube/line-splitter.ts';

function split(chunks: readonly Buffer[]): string[] {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  const rest = splitter.rest();
  return rest === '' ? lines : [...lines, rest];
}

describe('lines of a stream of bytes', () => {
  const text = '{"a":"ä"}\n{"b":"日本語"}\n{"c":"🙂"}\n{"rest":"ß"}';
  const bytes = Buffer.from(text);
  const lines = text.split('\n');

  it('are whole wherever one chunk border falls, also inside a character', () => {
    for (let border = 0; border <= bytes.length; border += 1) {
      expect(split([bytes.subarray(0, border), bytes.subarray(border)])).toEqual(lines);
    }
  });

  it('are whole when every byte comes alone', () => {
    expect(split([...bytes].map((byte) => Buffer.of(byte)))).toEqual(lines);
  });

  it.each([
    ['no bytes', '', []],
    ['only newlines', '\n\n\n', []],
    ['one line without an end', 'a', ['a']],
    ['one line with its end', 'a\n', ['a']],
    ['empty lines between, which are left out', 'a\n\nb\n', ['a', 'b']],
  ])('of %s', (_, given, expected) => {
    expect(split([Buffer.from(given)])).toEqual(expected);
  });

  it('cost time in proportion to their length, not to its square', () => {
    const timeOf = (chunks: number) => {
      const chunk = Buffer.alloc(256, 'x');
      const started = performance.now();
      expect(split([...Array<Buffer>(chunks).fill(chunk), Buffer.from('\n')])[0]).toHaveLength(chunks * 256);
      return performance.now() - started;
    };
    timeOf(2000);
    expect(timeOf(80_000)).toBeLessThan(Math.max(20, timeOf(4000)) * 100);
  });
});
