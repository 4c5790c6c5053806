/** One kind of objects, followed from start to stop: a reflector and the store that it fills. */
import type { KubeObject } from '../kernel/object-meta.ts';
import { Reflector, type ReflectorObserver, type ReflectorState } from '../kube/reflector.ts';
import type { Query, Resource } from '../kube/resource-path.ts';
import { Store, type Stored } from '../kube/store.ts';
import type { Transport } from '../kube/transport.ts';
import type { Logger } from '../runtime/logger.ts';

export interface KindWatchOptions<T> {
  readonly transport: Transport;
  readonly target: Resource;
  /** Tells watches of one resource apart; default the plural. */
  readonly title?: string;
  /** `labelSelector`, `fieldSelector`. */
  readonly query?: Query;
  /** Ask for metadata alone. */
  readonly metadataOnly?: boolean;
  /** As in `ListScope`. */
  readonly manager?: string;
  readonly decode: (object: KubeObject) => T;
  readonly observer: ReflectorObserver;
  readonly logger: Logger;
}

export class KindWatch<T extends Stored> {
  /** Its title, or the plural as in URLs. */
  readonly resource: string;
  readonly store: Store<T>;
  readonly #reflector: Reflector<T>;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;

  constructor({ target, logger, ...options }: KindWatchOptions<T>) {
    this.resource = options.title ?? target.resource;
    this.store = new Store<T>({
      onListenerError: (key, error) => logger.error('change of an object not followed', { key, error }),
    });
    this.#reflector = new Reflector<T>({ ...options, target, sink: this.store });
  }

  get state(): ReflectorState {
    return this.#reflector.state;
  }

  start(): void {
    this.#running ??= this.#reflector.run(this.#stopped.signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }
}
