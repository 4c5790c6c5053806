/** A cluster in memory for tests of the pod reconcile. */
import { LabelWriter, type PatchResult } from '../../src/pods/apply-labels.ts';
import { OwnerCache, type ObservedOwner, type OwnerKind } from '../../src/pods/observe-owners.ts';
import { PendingRemovals } from '../../src/pods/pending-removals.ts';
import { applyChange, type EnforcementMode } from '../../src/pods/plan-labels.ts';
import { PodOutcomes } from '../../src/pods/pod-outcomes.ts';
import type { Pod } from '../../src/pods/pod.ts';
import { PodReconciler } from '../../src/pods/reconcile-pod.ts';
import { PodReporter } from '../../src/pods/report-pod.ts';
import type { SelectingObject } from '../../src/pods/resolve-match-change.ts';
import { WrittenLabels } from '../../src/pods/written-labels.ts';
import { ClaimIndex } from '../../src/workloads/claim-index.ts';
import { aWorkload } from './build-pods.ts';
import { silentLogger } from './silent-logger.ts';

/** Pods that patches really change, and the parts of the reconcile around them. */
export class PodWorld {
  nowMs = 0;
  knowledge: 'unknown' | 'partial' | 'complete' = 'complete';
  patchResult: PatchResult = 'patched';
  /** Whether a patch shows in what the watch has, as it does after a moment. */
  isWatchLive = true;
  readonly pods = new Map<string, Pod>();
  readonly finished = new Set<string>();
  readonly patches: string[] = [];
  patchError: Error | undefined;
  ownerError: Error | undefined;
  /** How often a pod was looked at. */
  looks = 0;
  #held: { readonly begun: () => void; readonly released: Promise<undefined> } | undefined;
  /** Namespaces whose tallies became partial, or are so no more. */
  readonly partial: string[] = [];
  readonly events: string[] = [];
  readonly ownerReads: string[] = [];
  readonly selecting: SelectingObject[] = [];
  readonly owners = new Map<string, ObservedOwner>();
  readonly claims = new ClaimIndex();
  readonly removals = new PendingRemovals();
  readonly outcomes = new PodOutcomes(
    () => undefined,
    (namespace) => this.partial.push(namespace),
  );
  readonly reconciler: PodReconciler;

  constructor(mode: EnforcementMode = 'ClaimedOnly') {
    const now = () => this.nowMs;
    const counts = {
      patched: () => undefined,
      refused: () => undefined,
      unclaimedLabels: () => undefined,
      ownerKindUnknown: () => undefined,
    };
    const record = ({ regarding, reason }: { regarding: { kind: string; name: string }; reason: string }) =>
      this.events.push(`${reason} ${regarding.kind}/${regarding.name}`);
    this.reconciler = new PodReconciler({
      pods: { get: (key) => this.#look(key), isFinished: ({ name }) => this.finished.has(name) },
      claims: {
        claimsIn: (namespace) => this.claims.claimsIn(namespace),
        hasWorkloads: (namespace) => this.claims.hasWorkloads(namespace),
        knowledge: () => this.knowledge,
      },
      owners: new OwnerCache({ reader: this, kinds: ownerKinds, maxAgeMs: 60_000, capacity: 100, now }),
      writer: new LabelWriter({ listSelectingObjects: async () => Promise.resolve(this.selecting) }, this),
      outcomes: this.outcomes,
      removals: this.removals,
      written: new WrittenLabels(now),
      reporter: new PodReporter({ record }, counts, silentLogger),
      enforcement: { mode, excludedNamespaces: new Set(['kube-system']) },
      now,
    });
  }

  #look(key: string): Pod | undefined {
    this.looks += 1;
    return this.pods.get(key);
  }

  /** The next patch is not answered before `release`. */
  holdPatch(): { readonly begun: Promise<undefined>; readonly release: () => void } {
    const begun = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    this.#held = { begun: () => begun.resolve(undefined), released: released.promise };
    return { begun: begun.promise, release: () => released.resolve(undefined) };
  }

  async readOwner(kind: OwnerKind, namespace: string, name: string): Promise<ObservedOwner | undefined> {
    this.ownerReads.push(`${namespace}/${kind.kind}/${name}`);
    if (this.ownerError) throw this.ownerError;
    return Promise.resolve(this.owners.get(`${kind.kind}/${name}`));
  }

  async patchLabels(
    { namespace, name }: Pick<Pod, 'namespace' | 'name' | 'uid'>,
    change: object,
  ): Promise<PatchResult> {
    if (this.patchError) throw this.patchError;
    const held = this.#held;
    this.#held = undefined;
    held?.begun();
    await held?.released;
    this.patches.push(`${name} ${JSON.stringify(change)}`);
    const pod = this.pods.get(`${namespace}/${name}`);
    if (pod && this.isWatchLive)
      this.add({ ...pod, labels: applyChange(pod.labels, change), ownKeys: ['apiName', 'apiKind'] });
    return Promise.resolve(this.patchResult);
  }

  add(pod: Pod): string {
    this.pods.set(`${pod.namespace}/${pod.name}`, pod);
    return `${pod.namespace}/${pod.name}`;
  }

  claim(...[kind, name, changes]: Parameters<typeof aWorkload>): void {
    const workload = aWorkload(kind, name, changes);
    const before = this.claims.get(workload);
    this.claims.update(before, { ...workload, generation: (before?.generation ?? 0) + 1 });
  }

  unclaim(...[kind, name]: Parameters<typeof aWorkload>): void {
    this.claims.update(aWorkload(kind, name), undefined);
  }
}

const ownerKinds: readonly OwnerKind[] = [
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' },
];
