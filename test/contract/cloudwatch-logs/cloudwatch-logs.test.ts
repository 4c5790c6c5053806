import { afterAll, afterEach, describe, it, jest } from '@jest/globals';
import { startTwin } from '../../../src/twin/start-twin.ts';
import type { ContractCase, Witness } from './contract-case.ts';
import { javascriptSdkWitness } from './javascript-sdk-witness.ts';
import { isExcludedFromMoto } from './moto-exclusions.ts';
import { openPythonWitness } from './python-witness.ts';
import { runCase } from './run-case.ts';
import { suites } from './suites.ts';

// The first case that asks moto waits until Python has loaded it.
jest.setTimeout(60_000);

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

const python = await openPythonWitness();
afterAll(() => python?.close());

async function openTwin() {
  // Updates of Live Tail come often, so that cases need not wait for them.
  const twin = await startTwin({ liveTailPeriodMs: 20 });
  closings.push(() => twin.close());
  return twin;
}

/** Each case gets a service that nobody has used. */
async function twinThroughJavascript(): Promise<Witness> {
  const { httpEndpoint } = await openTwin();
  const witness = javascriptSdkWitness(httpEndpoint);
  closings.push(() => witness.close());
  return witness;
}

async function twinThroughBoto3(): Promise<Witness> {
  const { httpEndpoint } = await openTwin();
  await python!.open(httpEndpoint);
  return python!;
}

async function moto(): Promise<Witness> {
  await python!.openMoto();
  return python!;
}

interface Row {
  readonly name: string;
  readonly open: () => Promise<Witness>;
  readonly needsPython: boolean;
  readonly isExcluded: (suite: string, one: ContractCase) => boolean;
}

const witnesses: readonly Row[] = [
  {
    name: 'the twin through the SDK for JavaScript',
    open: twinThroughJavascript,
    needsPython: false,
    isExcluded: () => false,
  },
  { name: 'the twin through boto3', open: twinThroughBoto3, needsPython: true, isExcluded: () => false },
  { name: 'moto through boto3', open: moto, needsPython: true, isExcluded: isExcludedFromMoto },
];

describe.each(witnesses)('CloudWatch Logs: $name', ({ open, needsPython, isExcluded }) => {
  const test = needsPython && !python ? it.skip : it;
  for (const [suite, cases] of Object.entries(suites)) {
    const included = cases.filter((one) => !isExcluded(suite, one));
    if (included.length === 0) continue;
    describe(suite, () => {
      test.each(included)('$name', async (one) => runCase(await open(), one));
    });
  }
});
