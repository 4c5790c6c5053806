/** What a person must know of pods: Events on the objects concerned, log lines and counts. */
import { identityLabelsOf } from '../kernel/labels.ts';
import { objectKey, type ObjectKey } from '../kernel/object-key.ts';
import type { Logger } from '../runtime/logger.ts';
import type { UnknownOwner } from './observe-owners.ts';
import type { Pod } from './pod.ts';
import { describeMatchChange } from './resolve-conflicts.ts';
import type { MatchChange } from './resolve-match-change.ts';

export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/** Port: Kubernetes Events; never throws, and drops repetitions. */
export interface EventRecorder {
  record(event: {
    readonly regarding: EventSubject;
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly note: string;
  }): void;
}

/** Port: counts by name, exported as metrics. */
export interface PodCounts {
  patched(): void;
  refused(kind: string): void;
  /** Pods that carry the keys and that nothing claims, now. */
  unclaimedLabels(pods: number): void;
  ownerKindUnknown(kind: string): void;
}

/** From how many writes on a pod counts as contested. */
const contestedFrom = 3;

export class PodReporter {
  readonly #events: EventRecorder;
  readonly #counts: PodCounts;
  readonly #logger: Logger;
  readonly #unknownKinds = new Set<string>();
  readonly #unclaimed = new Set<string>();

  constructor(events: EventRecorder, counts: PodCounts, logger: Logger) {
    this.#events = events;
    this.#counts = counts;
    this.#logger = logger;
  }

  patched(pod: Pod, writes: number): void {
    this.#counts.patched();
    this.#logger.debug('labeled pod', { pod: objectKey(pod) });
    if (writes < contestedFrom) return;
    this.#warn(
      subjectOf(pod),
      'LabelsContested',
      `labels of this pod were written ${writes} times, because something keeps undoing it; find the other writer in metadata.managedFields`,
    );
  }

  /** The match rule kept the pod from being written: told once on the object that selects it, whatever its pods. */
  refused(pod: Pod, match: MatchChange): void {
    this.#counts.refused(match.by.kind);
    const { apiVersion, kind, name, uid } = match.by;
    const regarding = { apiVersion, kind, name, uid, namespace: pod.namespace };
    this.#warn(regarding, 'LabelsRefused', `Pods were ${describeMatchChange(match)}`);
  }

  /** Somebody else's labels on a pod that nothing claims: told once a pod, counted while it lasts. */
  unclaimedLabels(pod: Pod): void {
    const name = objectKey(pod);
    if (this.#unclaimed.has(name)) return;
    this.#unclaimed.add(name);
    this.#counts.unclaimedLabels(this.#unclaimed.size);
    this.#logger.info('pod has identity labels, but no API claims it', {
      pod: name,
      labels: identityLabelsOf(pod.labels),
    });
  }

  /** The pod is gone, claimed or clean. */
  clean(key: ObjectKey): void {
    if (this.#unclaimed.delete(key)) this.#counts.unclaimedLabels(this.#unclaimed.size);
  }

  /** Told once a kind: the chain ends here, so claims on it and on owners further out are not seen. */
  ownerKindUnknown({ apiVersion, kind, notServed }: UnknownOwner): void {
    const name = `${apiVersion}/${kind}`;
    if (this.#unknownKinds.has(name)) return;
    this.#unknownKinds.add(name);
    this.#counts.ownerKindUnknown(name);
    const remedy = notServed
      ? `the API server serves none of the versions of this owner kind in ownerKinds (${notServed.join(', ')}), so owners from it on are not seen; list the one that it serves`
      : 'owner kind is not on the allow-list, so owners beyond it are not seen; add it to ownerKinds';
    this.#logger.warn(remedy, {
      reason: notServed ? 'OwnerKindNotServed' : 'OwnerKindUnknown',
      ownerKind: name,
    });
  }

  #warn(regarding: EventSubject, reason: string, note: string): void {
    this.#events.record({ regarding, type: 'Warning', reason, note });
    this.#logger.warn(note, {
      reason,
      kind: regarding.kind,
      name: regarding.name,
      namespace: regarding.namespace,
    });
  }
}

function subjectOf({ namespace, name, uid }: Pod): EventSubject {
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
}
