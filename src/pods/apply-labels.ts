/** Writes labels to one pod, unless the match rule forbids it. */
import type { LabelChange } from './plan-labels.ts';
import type { Pod } from './pod.ts';
import type { Owner } from './resolve-identity.ts';
import {
  needsNamespaceSelectors,
  resolveMatchChange,
  selectingController,
  type MatchChange,
  type SelectingObject,
} from './resolve-match-change.ts';

/** Port: everything in a namespace that selects pods by label, read live. */
export interface SelectorReader {
  listSelectingObjects(namespace: string): Promise<readonly SelectingObject[]>;
}

/** `gone`: no such pod any more. `replaced`: another pod has the name now. */
export type PatchResult = 'patched' | 'gone' | 'replaced';

/** Port: a merge patch of nothing but these labels, which fails if the pod's UID is another. */
export interface PodPatcher {
  patchLabels(pod: Pick<Pod, 'namespace' | 'name' | 'uid'>, change: LabelChange): Promise<PatchResult>;
}

export type ApplyResult =
  { readonly result: PatchResult } | { readonly result: 'refused'; readonly match: MatchChange };

export class LabelWriter {
  readonly #selectors: SelectorReader;
  readonly #patcher: PodPatcher;

  constructor(selectors: SelectorReader, patcher: PodPatcher) {
    this.#selectors = selectors;
    this.#patcher = patcher;
  }

  async apply(pod: Pod, owners: readonly Owner[], change: LabelChange): Promise<ApplyResult> {
    const objects = needsNamespaceSelectors(pod.labels, owners, change)
      ? await this.#selectors.listSelectingObjects(pod.namespace)
      : selectingController(owners);
    const match = resolveMatchChange(pod.labels, change, objects);
    if (match) return { result: 'refused', match };
    return { result: await this.#patcher.patchLabels(pod, change) };
  }
}
