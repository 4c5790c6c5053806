/** The counts of one resource's pods, moved by each pod that comes, changes or goes. */

export interface Tally {
  readonly claimed: number;
  readonly labeled: number;
  /** Of those claimed. */
  readonly finished: number;
  readonly conflicts: readonly Conflict[];
}

interface Conflict {
  readonly reason: string;
  readonly message: string;
}

interface CountedPod {
  readonly labeled: boolean;
  readonly finished: boolean;
}

export class RunningTally {
  #claimed = 0;
  #labeled = 0;
  #finished = 0;
  readonly #conflicts = new Map<string, Conflict & { pods: number }>();

  get isEmpty(): boolean {
    return this.#claimed === 0 && this.#conflicts.size === 0;
  }

  countPod({ labeled, finished }: CountedPod, by: 1 | -1): void {
    this.#claimed += by;
    if (labeled) this.#labeled += by;
    if (finished) this.#finished += by;
  }

  countConflict({ reason, message }: Conflict, by: 1 | -1): void {
    const id = `${reason} ${message}`;
    const pods = (this.#conflicts.get(id)?.pods ?? 0) + by;
    if (pods > 0) this.#conflicts.set(id, { reason, message, pods });
    else this.#conflicts.delete(id);
  }

  /** Conflicts in an order that does not depend on which pod was seen first. */
  read(): Tally {
    const conflicts = [...this.#conflicts.entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, conflict]) => describe(conflict));
    return { claimed: this.#claimed, labeled: this.#labeled, finished: this.#finished, conflicts };
  }
}

function describe({ reason, message, pods }: Conflict & { readonly pods: number }): Conflict {
  return { reason, message: `${pods} ${pods === 1 ? 'pod' : 'pods'}: ${message}` };
}
