/** Reads a request's body, within limits: on each body, and on all that are being read together. */
import type { IncomingMessage } from 'node:http';

/** Why a body was not read to its end. */
export type BodyRefusal = 'TooLarge' | 'Busy' | 'Cut';
export type Body = { readonly text: string } | { readonly refusal: BodyRefusal };

export interface BodyLimits {
  readonly maxBytes: number;
  /** Of all bodies that are in memory at one time. */
  readonly maxBytesInFlight: number;
}

export class BodyReader {
  readonly #limits: BodyLimits;
  #inFlight = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Bytes that are in memory now. */
  get bytesInFlight(): number {
    return this.#inFlight;
  }

  /** Runs `use` with the body while it counts as in memory. Never rejects by itself. */
  async withBody<T>(request: IncomingMessage, use: (body: Body) => Promise<T>): Promise<T> {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > this.#limits.maxBytes) return use({ refusal: 'TooLarge' });
    const taken = { bytes: 0 };
    try {
      return await use(await this.#read(request, taken));
    } finally {
      this.#inFlight -= taken.bytes;
    }
  }

  /** By events: the request's async iterator takes longer than the rest of a review. */
  #read(request: IncomingMessage, taken: { bytes: number }): Promise<Body> {
    const chunks: Buffer[] = [];
    return new Promise((resolve) => {
      const refuse = (refusal: BodyRefusal): void => {
        request.off('data', take).pause();
        resolve({ refusal });
      };
      const take = (chunk: Buffer): void => {
        taken.bytes += chunk.length;
        this.#inFlight += chunk.length;
        if (taken.bytes > this.#limits.maxBytes) refuse('TooLarge');
        else if (this.#inFlight > this.#limits.maxBytesInFlight) refuse('Busy');
        else chunks.push(chunk);
      };
      const cut = (): void => resolve({ refusal: 'Cut' });
      request
        .on('data', take)
        .once('end', () => resolve({ text: Buffer.concat(chunks).toString('utf8') }))
        .once('error', cut)
        .once('close', cut);
    });
  }
}
