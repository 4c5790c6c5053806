/** A reply without end, as lines: watches and followed logs. */
import type { Dispatcher } from 'undici';
import type { Reply } from './exchange.ts';
import { LineSplitter } from './line-splitter.ts';
import { errorOfConnection, errorOfReply, type Sent } from './translate-failure.ts';

export interface StreamRequest extends Sent {
  readonly target: string;
  readonly headers: string[];
  readonly signal: AbortSignal;
}

/** Lines that may wait for a slow reader before the server is made to wait. */
const maxWaiting = 1000;

/**
 * Resolves when the server has accepted, else rejects with a `KubeError`. The lines end when the server
 * ends the reply in order; they throw when the connection breaks (`KubeError`) or the signal is aborted
 * (its reason). Leaving the loop closes the stream.
 */
export function openLineStream(dispatcher: Dispatcher, what: StreamRequest): Promise<AsyncIterable<string>> {
  return new Promise((resolve, reject) => {
    if (what.signal.aborted) {
      reject(what.signal.reason as Error);
      return;
    }
    const reader = new LineReader(what, resolve, reject);
    dispatcher.dispatch({ path: what.target, method: 'GET', headers: what.headers }, reader);
  });
}

class LineReader implements Dispatcher.DispatchHandler {
  readonly #what: StreamRequest;
  readonly #accept: (lines: AsyncIterable<string>) => void;
  readonly #refuse: (error: Error) => void;
  readonly #splitter = new LineSplitter();
  #controller: Dispatcher.DispatchController | undefined;
  #refusal: { status: number; headers: Reply['headers']; text: string[] } | undefined;
  #waiting: string[] = [];
  #end: { readonly error?: Error } | undefined;
  #wake: (() => void) | undefined;

  constructor(
    what: StreamRequest,
    accept: (lines: AsyncIterable<string>) => void,
    refuse: (error: Error) => void,
  ) {
    this.#what = what;
    this.#accept = accept;
    this.#refuse = refuse;
    what.signal.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#finish(this.#what.signal.reason as Error);

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#end) controller.abort(this.#end.error ?? new Error('closed'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Reply['headers']): void {
    if (status < 200) return;
    if (status < 300) this.#accept(this.#lines());
    else this.#refusal = { status, headers, text: [] };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#refusal) {
      this.#refusal.text.push(chunk.toString('utf8'));
      return;
    }
    for (const line of this.#splitter.push(chunk)) this.#waiting.push(line);
    if (this.#waiting.length > maxWaiting) controller.pause();
    this.#wake?.();
  }

  onResponseEnd(): void {
    if (this.#refusal) {
      const { status, headers, text } = this.#refusal;
      this.#finish(errorOfReply(sentOf(this.#what), { status, headers, body: text.join('') }, Date.now()));
      return;
    }
    const rest = this.#splitter.rest();
    if (rest !== '') this.#waiting.push(rest);
    this.#finish();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#finish(errorOfConnection(sentOf(this.#what), error));
  }

  #finish(error?: Error): void {
    if (this.#end) return;
    this.#end = error === undefined ? {} : { error };
    this.#what.signal.removeEventListener('abort', this.#onAbort);
    if (error) {
      this.#refuse(error);
      if (this.#controller?.aborted === false) this.#controller.abort(error);
    }
    this.#wake?.();
  }

  async *#lines(): AsyncGenerator<string> {
    try {
      for (;;) {
        const batch = this.#waiting;
        this.#waiting = [];
        for (const line of batch) yield line;
        if (this.#waiting.length > 0) continue;
        if (this.#end?.error) throw this.#end.error;
        if (this.#end) return;
        await this.#more();
      }
    } finally {
      this.#finish(new Error('the reader left'));
    }
  }

  #more(): Promise<void> {
    this.#controller?.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function sentOf({ method, path }: Sent): Sent {
  return { method, path };
}
