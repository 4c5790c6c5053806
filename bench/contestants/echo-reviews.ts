/** A webhook in Node that decides nothing: every review is allowed, on one path as it is, on another with a patch. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serveOrders } from '../processes/serve-orders.ts';

interface Settings {
  readonly certificate: string;
  readonly key: string;
  /** Base64, of what is answered on `/patch`. */
  readonly patch: string;
}

export interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string };
}

function answer(text: string, patch: object): string {
  const { apiVersion, kind, request } = JSON.parse(text) as Review;
  return JSON.stringify({ apiVersion, kind, response: { uid: request.uid, allowed: true, ...patch } });
}

serveOrders({
  /** Resolves with the port. */
  serve: ({ certificate: cert, key, patch }: Settings) => {
    const patched = { patchType: 'JSONPatch', patch };
    const server = createServer({ cert, key, keepAliveTimeout: 120_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => void chunks.push(chunk))
        .on('end', () => {
          const body = answer(
            Buffer.concat(chunks).toString(),
            request.url?.startsWith('/patch') ? patched : {},
          );
          response.setHeader('content-type', 'application/json').end(body);
        });
    });
    return new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  },
});
