/** Runs one case against one witness. */
import { expect } from '@jest/globals';
import type { ContractCase, Memory, Outcome, Step, Witness } from './contract-case.ts';

const mostRepeats = 1_000;

export async function runCase(witness: Witness, { steps }: ContractCase): Promise<void> {
  let memory: Memory = { now: Math.floor(Date.now() / 1_000) * 1_000 };
  for (const step of steps) memory = { ...memory, ...(await runStep(witness, step, memory)) };
}

async function runStep(witness: Witness, step: Step, memory: Memory) {
  const outcome = await repeat(witness, step, late(step.with, memory));
  if (step.refusedAs !== undefined) {
    expect(outcome).toMatchObject({ refused: { name: step.refusedAs, ...step.refusal } });
    return {};
  }
  if ('refused' in outcome) throw new Error(`${step.call} was refused: ${JSON.stringify(outcome.refused)}`);
  if (step.gives) expect(outcome.output).toEqual(late(step.gives, memory));
  if (step.has) expect(outcome.output).toMatchObject(late(step.has, memory));
  return collect(step, outcome.output);
}

function collect({ saves = {}, savesFrom = {} }: Step, output: Record<string, unknown>) {
  const plain = Object.entries(saves).map(([name, from]) => [name, output[from]] as const);
  const deep = Object.entries(savesFrom).map(([name, from]) => [name, from(output)] as const);
  return Object.fromEntries([...plain, ...deep]);
}

async function repeat(
  witness: Witness,
  { call, until }: Step,
  input: Record<string, unknown>,
): Promise<Outcome> {
  for (let count = 0; count < mostRepeats; count++) {
    const outcome = await witness.call(call, input);
    if (!until || 'refused' in outcome || until(outcome.output)) return outcome;
  }
  throw new Error(`${call} did not come to an end in ${mostRepeats} calls`);
}

function late<T>(value: T | ((memory: Memory) => T), memory: Memory): T {
  return typeof value === 'function' ? (value as (memory: Memory) => T)(memory) : value;
}
