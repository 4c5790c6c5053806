/** Pods created at a steady rate while something else goes on, and what became of each creation. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClient, Manifest } from '../control-plane/kube-client.ts';
import { carries, expectedLabels } from './expected-pods.ts';
import { milliseconds } from './figures.ts';

const tickMs = 100;
/** At every tick one pod is stored. Others are created as a dry run: a webhook is asked the same, and nothing is left. */
const triedPerTick = 1;
/** Once in so many ticks, the tries come at one time: the API server opens further connections, and leaves them idle. */
const ticksPerBurst = 10;
const triedPerBurst = 16;
/** After the end of what goes on. */
const furtherTicks = 20;

export interface Births {
  readonly stored: number;
  /** As a dry run. */
  readonly tried: number;
  /** Of both, those that the API server answered with their labels. */
  readonly labeled: number;
  readonly failures: readonly Failure[];
  readonly slowestMs: number;
}

interface Failure {
  readonly why: string;
  /** Since the first creation, in ms. */
  readonly at: number;
}

interface Tally {
  stored: number;
  tried: number;
  labeled: number;
  failures: Failure[];
  slowestMs: number;
}

type Manner = 'stored' | 'tried';

/** Until `during` ends, and a little longer. The rate falls while creations take longer than a tick. */
export async function birthsDuring(
  admin: KubeClient,
  pod: Manifest,
  during: () => Promise<void>,
): Promise<Births> {
  const tally: Tally = { stored: 0, tried: 0, labeled: 0, failures: [], slowestMs: 0 };
  const beganAt = performance.now();
  const bear = (manner: Manner) => addTo(tally, manner, beganAt, () => createPod(admin, pod, manner));
  const work = { isOver: false };
  const ended = during().finally(() => (work.isOver = true));
  // It is told once the births are over, and not as nobody's.
  ended.catch(() => undefined);
  for (let tick = 0, further = 0; further < furtherTicks; tick += 1) {
    const tries = tick % ticksPerBurst === 0 ? triedPerBurst : triedPerTick;
    const births = [bear('stored'), ...Array.from({ length: tries }, () => bear('tried'))];
    await Promise.all([...births, pause(tickMs)]);
    if (work.isOver) further += 1;
  }
  await ended;
  return tally;
}

async function addTo(
  tally: Tally,
  manner: Manner,
  beganAt: number,
  create: () => Promise<boolean>,
): Promise<void> {
  const startedAt = performance.now();
  try {
    if (await create()) tally.labeled += 1;
    tally[manner] += 1;
  } catch (error) {
    tally.failures.push({ why: (error as Error).message, at: startedAt - beganAt });
  }
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - startedAt);
}

/** Tells whether the answer has the pod's labels already. @throws Error if it is not created */
export async function createPod(admin: KubeClient, pod: Manifest, manner: Manner): Promise<boolean> {
  const { namespace = '' } = pod.metadata;
  const query = manner === 'tried' ? '?dryRun=All' : '';
  const { metadata } = await admin.request('POST', `/api/v1/namespaces/${namespace}/pods${query}`, pod);
  return carries(metadata.labels ?? {}, expectedLabels(metadata.name) ?? {});
}

/** A line for each reason: how often, and from when until when. */
export function describeFailures(failures: readonly Failure[]): readonly string[] {
  return [...Map.groupBy(failures, ({ why }) => why)].map(([why, alike]) => {
    const times = alike.map(({ at }) => at);
    const span = `${milliseconds(Math.min(...times))} to ${milliseconds(Math.max(...times))}`;
    return `${alike.length} times, from ${span}: ${why}`;
  });
}
