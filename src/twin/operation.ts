/** An operation of the API: the members of its input, and what it does with an account's state. */
import { type InputOf, type Members, readInput } from './members.ts';
import type { Account } from './state/account.ts';

export interface OperationContext {
  readonly account: Account;
  /** The twin's time, in ms since 1970. */
  readonly now: number;
}

type Output = Readonly<Record<string, unknown>> | undefined;

export interface Operation {
  /** Throws a `Refusal` for what AWS would refuse. Undefined: an empty reply. */
  run(body: Readonly<Record<string, unknown>>, context: OperationContext): Output | Promise<Output>;
}

/** An operation that gets its input checked and typed. */
export function operation<M extends Members>(
  members: M,
  run: (input: InputOf<M>, context: OperationContext) => Output | Promise<Output>,
): Operation {
  return { run: (body, context) => run(readInput(members, body), context) };
}
