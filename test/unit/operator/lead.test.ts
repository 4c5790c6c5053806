import { describe, expect, it, jest } from '@jest/globals';
import { Leading, type Paths } from '../../../src/operator/lead.ts';
import { Controller } from '../../../src/runtime/controller.ts';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { settle } from '../../support/manual-clock.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** Terms of a leader whose pods controller reconciles as told. */
function makeLeading(reconcile: (term: number) => Promise<void> = () => Promise.resolve()) {
  const told: string[] = [];
  const state = { ready: true };
  let term = 0;
  const makePaths = (): Paths => {
    term += 1;
    const number = term;
    const path = (name: string, run: () => Promise<void>) => {
      const controller = new Controller({
        name,
        reconcile: run,
        logger: silentLogger,
        metrics: new Metrics(),
      });
      return {
        controllers: [controller],
        enqueueAll: () => {
          told.push(`${number} ${name}`);
          controller.enqueue('key');
        },
        close: () => told.push(`${number} closed ${name}`),
      };
    };
    return {
      pods: { ...path('pods', () => reconcile(number)), isReady: () => state.ready },
      statuses: path('statuses', () => Promise.resolve()),
      logGroups: path('logGroups', () => Promise.resolve()),
    };
  };
  return { leading: new Leading(makePaths, 600_000), told, state, terms: () => term };
}

describe('a term', () => {
  it('looks at everything when it begins, and closes everything when it ends', async () => {
    const { leading, told } = makeLeading();
    leading.begin();
    await settle();
    expect(told).toEqual(['1 logGroups', '1 statuses', '1 pods']);
    await leading.stop();
    expect(told.slice(3).toSorted()).toEqual(['1 closed logGroups', '1 closed pods', '1 closed statuses']);
  });

  it('does not look at pods before enough is known about them', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { leading, told, state } = makeLeading();
    state.ready = false;
    leading.begin();
    await settle();
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual(['1 logGroups', '1 statuses']);
    state.ready = true;
    jest.advanceTimersByTime(50);
    expect(told).toEqual(['1 logGroups', '1 statuses', '1 pods']);
    jest.useRealTimers();
    await leading.stop();
  });

  it('that ended while pods waited never looks at them', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { leading, told, state } = makeLeading();
    state.ready = false;
    leading.begin();
    await settle();
    leading.end();
    await settle();
    state.ready = true;
    jest.advanceTimersByTime(10_000);
    jest.useRealTimers();
    await leading.stop();
    expect(told).not.toContain('1 pods');
  });

  it('after a loss begins with new paths, only once the reconciles of the one before have ended', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { leading, terms } = makeLeading((term) => (term === 1 ? gate.promise : Promise.resolve()));
    leading.begin();
    await settle();
    leading.end();
    leading.begin();
    await settle();
    expect(terms()).toBe(1);
    gate.resolve(undefined);
    await settle();
    await settle();
    expect(terms()).toBe(2);
    await leading.stop();
  });

  it('that is over before it began never begins', async () => {
    const { leading, terms } = makeLeading();
    leading.begin();
    leading.end();
    await settle();
    expect(terms()).toBe(0);
  });

  it('does not begin after a stop', async () => {
    const { leading, terms } = makeLeading();
    await leading.stop();
    leading.begin();
    await settle();
    expect(terms()).toBe(0);
  });
});
