/**
 * One request, one reply, on undici's lowest layer: no body stream is built for replies that are small
 * or thrown away, which is most of what an operator receives.
 */
import type { Dispatcher } from 'undici';
import { deadlineError, errorOfConnection, type Sent } from './translate-failure.ts';

export interface Exchange extends Sent {
  readonly method: Dispatcher.HttpMethod;
  /** With the query, as it goes out. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body?: string | undefined;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** A reply with a 2xx status is read but not kept. */
  readonly discard?: boolean | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Resolves with any reply, whatever its status. Rejects with a `KubeError` when none came within the
 * deadline or the connection failed, and with the signal's reason when that was aborted.
 */
export function exchange(dispatcher: Dispatcher, what: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    if (what.signal?.aborted) {
      reject(what.signal.reason as Error);
      return;
    }
    const { target, method, headers, body = null } = what;
    dispatcher.dispatch({ path: target, method, headers, body }, new ReplyReader(what, resolve, reject));
  });
}

class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #what: Exchange;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: Error) => void;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;
  #status = 0;
  #headers: Reply['headers'] = {};
  #chunks: Buffer[] | undefined;

  constructor(what: Exchange, resolve: (reply: Reply) => void, reject: (error: Error) => void) {
    this.#what = what;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadline = setTimeout(
      () => this.#fail(deadlineError(sentOf(what), what.deadlineMs)),
      what.deadlineMs,
    );
    what.signal?.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#fail(this.#what.signal?.reason as Error);

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure) controller.abort(this.#failure);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Reply['headers']): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (!this.#what.discard || status >= 300) this.#chunks = [];
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks?.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    const body = this.#chunks === undefined ? '' : textOf(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle();
    this.#reject(this.#failure ?? errorOfConnection(sentOf(this.#what), error));
  }

  /** Also while the request waits for a connection, when undici has nothing yet to abort. */
  #fail(error: Error): void {
    this.#failure = error;
    this.#settle();
    this.#controller?.abort(error);
    this.#reject(error);
  }

  #settle(): void {
    clearTimeout(this.#deadline);
    this.#what.signal?.removeEventListener('abort', this.#onAbort);
  }
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  if (first === undefined) return '';
  return (chunks.length === 1 ? first : Buffer.concat(chunks)).toString('utf8');
}

function sentOf({ method, path }: Sent): Sent {
  return { method, path };
}
