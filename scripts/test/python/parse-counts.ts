import type { Counts } from '../counts.ts';

/** From pytest's closing line, such as `1 failed, 24 passed, 2 skipped in 3.21s`; undefined when it ran no tests. */
export function parseCounts(output: string): Counts | undefined {
  const closing = output.trimEnd().split('\n').at(-1) ?? '';
  const found = [...closing.matchAll(/(\d+) (passed|failed|errors?|skipped)/g)];
  if (found.length === 0) return undefined;
  const count = (word: string) => Number(found.find(([, , each]) => each?.startsWith(word))?.[1] ?? 0);
  return { passed: count('passed'), failed: count('failed') + count('error'), skipped: count('skipped') };
}
