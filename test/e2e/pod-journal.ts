/** All that happens to the pods of a namespace, as the API server tells it, with the time at which it came here. */
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { identityLabelsOf, type IdentityLabels, type Labels } from '../../src/kernel/labels.ts';
import type { AnyObject } from '../control-plane/kube-client.ts';

export interface Pod extends AnyObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly args?: readonly string[] }[];
  };
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state: { readonly waiting?: object };
    }[];
  };
}

/** Times are milliseconds of a monotonic clock. */
export interface PodEntry {
  readonly name: string;
  readonly createdAt: number;
  /** When a container was first told to run or to have ended. */
  startedAt?: number;
  /** Each set of our labels that the pod carried, in turn, from when. The first is that of its creation. */
  readonly labels: { readonly at: number; readonly labels: IdentityLabels }[];
}

export interface PodJournal {
  /** @throws Error if the watch has ended before its time */
  entries(): readonly PodEntry[];
  close(): Promise<void>;
}

interface WatchEvent {
  readonly type: string;
  readonly object: Pod;
}

/** Resolves once it watches, so that nothing that comes later is missed. */
export async function openPodJournal(server: string, namespace: string): Promise<PodJournal> {
  const entries = new Map<string, PodEntry>();
  const stop = new AbortController();
  let failure: Error | undefined;
  const { body, statusCode } = await request(`${server}/api/v1/namespaces/${namespace}/pods?watch=true`, {
    signal: stop.signal,
    bodyTimeout: 0,
  });
  if (statusCode !== 200) throw new Error(`The watch of pods answered ${statusCode}: ${await body.text()}`);
  const reading = readLines(body, (line) => note(entries, JSON.parse(line) as WatchEvent)).then(
    () => new Error('The API server ended the watch of pods.'),
    (error: unknown) => error as Error,
  );
  void reading.then((error) => (failure ??= error));
  return {
    entries: () => {
      if (failure) throw new Error('What happens to pods could not be followed.', { cause: failure });
      return [...entries.values()];
    },
    close: async () => {
      stop.abort();
      await reading;
    },
  };
}

async function readLines(stream: NodeJS.ReadableStream, read: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) read(line);
}

function note(entries: Map<string, PodEntry>, { type, object }: WatchEvent): void {
  if (type === 'ERROR') throw new Error(`The watch of pods failed: ${JSON.stringify(object)}`);
  const { uid, name, labels = {} } = object.metadata as { uid: string; name: string; labels?: Labels };
  const at = performance.now();
  const entry = entries.get(uid) ?? { name, createdAt: at, labels: [] };
  entries.set(uid, entry);
  const ours = identityLabelsOf(labels);
  if (JSON.stringify(entry.labels.at(-1)?.labels) !== JSON.stringify(ours))
    entry.labels.push({ at, labels: ours });
  if (hasStarted(object)) entry.startedAt ??= at;
}

function hasStarted({ status }: Pod): boolean {
  return (status.containerStatuses ?? []).some(({ state }) => state.waiting === undefined);
}
