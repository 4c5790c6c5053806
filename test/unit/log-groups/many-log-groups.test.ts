import { describe, expect, it } from '@jest/globals';
import { createLogsClient } from '../../../src/aws/logs-client.ts';
import type { LogGroup } from '../../../src/log-groups/log-group.ts';
import { LogGroupReconcile } from '../../../src/log-groups/reconcile-log-group.ts';
import { CallRates, publishedRate } from '../../../src/operator/call-rates.ts';
import { startTwin } from '../../../src/twin/start-twin.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { buildLogGroup } from './build-log-group.ts';
import { credentials, region } from './twin-stage.ts';

const count = 220;
const bare = { savedQueries: 'Unmanaged', fieldIndexes: [] } as const;

/** As many LogGroups as one operator may have, on one twin whose time passes only while all of them wait. */
async function openMany() {
  const clock = new ManualClock();
  const twin = await startTwin({ now: () => clock.date().getTime() });
  const rates = new CallRates(clock);
  const sent: { readonly operation: string; readonly at: number }[] = [];
  const waiting = { calls: 0 };
  const pace = {
    before: async (operation: string) => {
      waiting.calls++;
      await rates.before(operation);
      waiting.calls--;
      sent.push({ operation, at: twin.clock.now() });
    },
    after: (operation: string, outcome: 'Throttled' | 'Other') => rates.after(operation, outcome),
  };
  const aws = createLogsClient({ region, endpointUrl: twin.httpEndpoint, credentials, pace });
  const objects = new Map<string, LogGroup>();
  for (let index = 0; index < count; index++) {
    const name = `group-${index}`;
    // One in ten with everything, which alone takes as many calls as the other nine.
    const spec = index % 10 === 0 ? { retentionInDays: 30 } : bare;
    objects.set(name, buildLogGroup({ name, uid: name, spec: { logGroupName: name, ...spec } }));
  }
  const reconciler = new LogGroupReconcile({
    logGroups: { get: (name) => objects.get(name), list: () => [...objects.values()] },
    objects: {
      patchStatus: (group, status) => Promise.resolve(void objects.set(group.name, { ...group, status })),
      putFinalizers: () => Promise.resolve(),
    },
    events: { record: () => undefined },
    aws,
    clusterUid: 'one',
    now: () => clock.date(),
    random: () => 0.5,
  });
  const reconcileAll = () =>
    passTime(
      clock,
      waiting,
      [...objects.keys()].map((name) => reconciler.reconcile(name)),
    );
  const close = async () => {
    await aws.close();
    await twin.close();
  };
  return { clock, twin, objects, sent, reconcileAll, close };
}

/** Until all are done; time stands still while a request is under way. */
async function passTime<Result>(
  clock: ManualClock,
  waiting: { readonly calls: number },
  all: readonly Promise<Result>[],
): Promise<readonly Result[]> {
  let left = all.length;
  for (const one of all) void one.finally(() => left--).catch(() => undefined);
  while (left > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    if (waiting.calls === left) await clock.advance(50);
  }
  return Promise.all(all);
}

/** Most calls of an operation within any second of the twin. */
function peaks(sent: readonly { readonly operation: string; readonly at: number }[]) {
  return [...new Set(sent.map(({ operation }) => operation))].map((operation) => {
    const times = sent.filter((one) => one.operation === operation).map(({ at }) => at);
    const within = times.map((from, index) => times.slice(index).findIndex((at) => at >= from + 1_000));
    const peak = Math.max(...within.map((end, index) => (end < 0 ? times.length - index : end)));
    return { operation, peak, isWithin: peak <= publishedRate(operation) };
  });
}

describe(`${count} LogGroups`, () => {
  it('are made, and looked at ever after, with no more calls a second than AWS allows', async () => {
    const { clock, twin, objects, sent, reconcileAll, close } = await openMany();
    await reconcileAll();
    expect([...objects.values()].filter(({ status }) => !status.conditions?.some(isReady))).toEqual([]);
    expect(peaks(sent).filter(({ isWithin }) => !isWithin)).toEqual([]);
    expect(twin.calls()).toMatchObject({ CreateLogGroup: count, PutQueryDefinition: 4 * (count / 10) });

    sent.length = 0;
    twin.forgetCalls();
    await clock.advance(130_000);
    const requeues = await reconcileAll();
    expect(peaks(sent).filter(({ isWithin }) => !isWithin)).toEqual([]);
    expect(Object.keys(twin.calls()).filter((operation) => !/^(Describe|List)/.test(operation))).toEqual([]);
    // At two a second, the next look at each.
    for (const { requeueAfterMs = 0 } of requeues) expect(requeueAfterMs).toBe(count * 500);
    await close();
  }, 120_000);
});

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === 'Ready' && status === 'True';
}
