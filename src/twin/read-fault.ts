/** JSON -> a fault. */
import { type Fault, faultKinds } from './faults.ts';
import { integer, oneOf, readInput, required, text } from './members.ts';

const members = {
  kind: required(oneOf(faultKinds)),
  operation: text({ min: 1 }),
  logGroupName: text({ min: 1 }),
  resource: text({ min: 1 }),
  times: integer(1),
  delayMs: integer(0, 86_400_000),
  perSecond: integer(0),
};

/** Throws a `Refusal` that says what is wrong. */
export function readFault(given: Readonly<Record<string, unknown>>): Fault {
  const entries = Object.entries(readInput(members, given)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Fault;
}
