/** A filter pattern that AWS does not accept. */
import { invalidParameter } from '../refusal.ts';

/** `problem` goes on after "it". */
export function invalidPattern(problem: string): Error {
  return invalidParameter(`Invalid filter pattern: it ${problem}.`);
}
