/**
 * The pods that are still to be looked at for the first time since a start: until all of them were, no resource's
 * counts are whole.
 */
import type { ObjectKey } from '../kernel/object-key.ts';

export class FirstPass {
  readonly #waiting = new Set<ObjectKey>();
  readonly #inHand = new Set<ObjectKey>();

  /** Whether nothing that was expected is left. */
  get isOver(): boolean {
    return this.#waiting.size === 0 && this.#inHand.size === 0;
  }

  /** The pod must be looked at from now on, also if it was before. */
  expect(key: ObjectKey): void {
    this.#waiting.add(key);
  }

  /** Looks at the pod; a look that fails is one, too: its outcome tells what it could not do. */
  async look<T>(key: ObjectKey, reconcile: (key: ObjectKey) => Promise<T>): Promise<T> {
    if (!this.#waiting.delete(key)) return await reconcile(key);
    this.#inHand.add(key);
    try {
      return await reconcile(key);
    } finally {
      this.#inHand.delete(key);
    }
  }
}
