/** Everything that the operator follows: pods, the six kinds that claim them, and LogGroups. */
import { group, pluralOf, version, workloadKinds, type WorkloadKind } from '../kernel/api-kinds.ts';
import { Interner } from '../kernel/intern.ts';
import type { KubeObject } from '../kernel/object-meta.ts';
import type { ReflectorObserver } from '../kube/reflector.ts';
import type { Transport } from '../kube/transport.ts';
import { storedOf } from '../kube/watch-once.ts';
import { decodeLogGroup, type LogGroup } from '../log-groups/log-group.ts';
import type { Stored } from '../kube/store.ts';
import { decodePod, fieldManager, type Pod } from '../pods/pod.ts';
import type { Logger } from '../runtime/logger.ts';
import { ClaimIndex } from '../workloads/claim-index.ts';
import { decodeWorkload, type Workload } from '../workloads/workload.ts';
import { KindWatch } from './watch-kind.ts';

/** Cluster-scoped: the namespace is empty. */
export type WatchedLogGroup = LogGroup & { readonly namespace: '' };

export interface WorkloadChange {
  readonly before: Workload | undefined;
  readonly after: Workload | undefined;
}

interface WatchParts {
  readonly transport: Transport;
  readonly observer: ReflectorObserver;
  readonly logger: Logger;
}

export class ClusterWatch {
  readonly pods: KindWatch<Pod>;
  /** Pods of jobs that have ended. Metadata does not say so, and all else of 150,000 pods is too much to read. */
  readonly finishedPods: KindWatch<Stored>;
  readonly workloads: ReadonlyMap<WorkloadKind, KindWatch<Workload>>;
  readonly logGroups: KindWatch<WatchedLogGroup>;
  /** Always of the same state as `workloads`. */
  readonly claims = new ClaimIndex();

  constructor(parts: WatchParts) {
    const interner = new Interner();
    this.pods = new KindWatch({
      ...parts,
      target: { group: '', version: 'v1', resource: 'pods' },
      metadataOnly: true,
      manager: fieldManager,
      decode: (object) => decodePod(object, interner),
    });
    this.finishedPods = watchFinishedPods(parts);
    this.workloads = new Map(workloadKinds.map((kind) => [kind, watchOurs(parts, kind, decoderOf(kind))]));
    this.logGroups = watchOurs(parts, 'LogGroup', decodeWatchedLogGroup);
    this.onWorkloadChange(({ before, after }) => this.claims.update(before, after));
  }

  /** In order of their registration; the claim index has taken the change already. The returned function ends it. */
  onWorkloadChange(listener: (change: WorkloadChange) => void): () => void {
    const ends = [...this.workloads.values()].map(({ store }) =>
      store.onChange(({ before, after }) => listener({ before, after })),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  get all(): readonly KindWatch<Stored>[] {
    const watches = [this.pods, this.finishedPods, ...this.workloads.values(), this.logGroups];
    return watches as unknown as readonly KindWatch<Stored>[];
  }

  start(): void {
    for (const watch of this.all) watch.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((watch) => watch.stop()));
  }
}

/** Only those with a jobID, which are the claimed ones: a cluster keeps many finished pods that no job of ours asks for. */
function watchFinishedPods(parts: WatchParts): KindWatch<Stored> {
  return new KindWatch({
    ...parts,
    title: 'finished-pods',
    target: { group: '', version: 'v1', resource: 'pods' },
    query: {
      labelSelector: 'jobID',
      fieldSelector: 'status.phase!=Pending,status.phase!=Running,status.phase!=Unknown',
    },
    metadataOnly: true,
    manager: fieldManager,
    decode: storedOf,
  });
}

function watchOurs<T extends Workload | WatchedLogGroup>(
  parts: WatchParts,
  kind: WorkloadKind | 'LogGroup',
  decode: (object: KubeObject) => T,
): KindWatch<T> {
  return new KindWatch({ ...parts, target: { group, version, resource: pluralOf[kind] }, decode });
}

export function decoderOf(kind: WorkloadKind): (object: KubeObject) => Workload {
  return (object) => decodeWorkload(kind, object);
}

function decodeWatchedLogGroup(object: KubeObject): WatchedLogGroup {
  return { ...decodeLogGroup(object), namespace: '' };
}
