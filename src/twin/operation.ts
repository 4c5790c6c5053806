/** An operation of the API: the members of its input, and what it does with an account's state. */
import type { Effects } from './faults.ts';
import { type InputOf, type Members, readInput } from './members.ts';
import type { Account } from './state/account.ts';
import type { LiveTailSession } from './state/live-tail-session.ts';

export interface OperationContext {
  readonly account: Account;
  /** The twin's time, in ms since 1970. */
  readonly now: number;
  /** Of faults that the operation itself brings about. */
  readonly effects: Effects;
}

/** Undefined: an empty reply. A session is answered by its events. */
export type Output = Readonly<Record<string, unknown>> | LiveTailSession | undefined;

export interface Operation {
  /** Throws a `Refusal` for what AWS would refuse. */
  run(body: Readonly<Record<string, unknown>>, context: OperationContext): Output;
}

/** An operation that gets its input checked and typed. */
export function operation<M extends Members>(
  members: M,
  run: (input: InputOf<M>, context: OperationContext) => Output,
): Operation {
  return { run: (body, context) => run(readInput(members, body), context) };
}
