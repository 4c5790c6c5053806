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

  async #read(request: IncomingMessage, taken: { bytes: number }): Promise<Body> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        taken.bytes += chunk.length;
        this.#inFlight += chunk.length;
        if (taken.bytes > this.#limits.maxBytes) return { refusal: 'TooLarge' };
        if (this.#inFlight > this.#limits.maxBytesInFlight) return { refusal: 'Busy' };
        chunks.push(chunk);
      }
    } catch {
      return { refusal: 'Cut' };
    }
    return { text: Buffer.concat(chunks).toString('utf8') };
  }
}
