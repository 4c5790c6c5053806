/** Everything that the operator follows: pods, the six kinds that claim them, and LogGroups. */
import { group, pluralOf, version, workloadKinds, type WorkloadKind } from '../kernel/api-kinds.ts';
import { Interner } from '../kernel/intern.ts';
import type { KubeObject } from '../kernel/object-meta.ts';
import type { ReflectorObserver } from '../kube/reflector.ts';
import type { Transport } from '../kube/transport.ts';
import { decodeLogGroup, type LogGroup } from '../log-groups/log-group.ts';
import { decodePod, type Pod } from '../pods/pod.ts';
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
      decode: (object) => decodePod(object, interner),
    });
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

  get all(): readonly KindWatch<Pod | Workload | WatchedLogGroup>[] {
    return [this.pods, ...this.workloads.values(), this.logGroups] as KindWatch<
      Pod | Workload | WatchedLogGroup
    >[];
  }

  start(): void {
    for (const watch of this.all) watch.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((watch) => watch.stop()));
  }
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
