/** Sends reviews to a webhook as the API server does, one after the other over a connection that stays open. */
import { Agent, request } from 'undici';
import { serveOrders } from '../processes/serve-orders.ts';

interface Asked {
  readonly url: string;
  readonly text: string;
  readonly times: number;
}

// The certificate is good for the operator's Service; whom it is from is not what is measured.
const dispatcher = new Agent({ allowH2: false, connections: 1, connect: { rejectUnauthorized: false } });

serveOrders({
  /** The latencies in ms. */
  ask: async ({ url, text, times }: Asked) => {
    const latencies: number[] = [];
    while (latencies.length < times) {
      const begun = performance.now();
      const headers = { 'content-type': 'application/json' };
      const { statusCode, body } = await request(url, { method: 'POST', dispatcher, headers, body: text });
      const answered = await body.text();
      latencies.push(performance.now() - begun);
      if (statusCode !== 200 || !answered.includes('"patch"'))
        throw new Error(`A review was answered ${statusCode}: ${answered}`);
    }
    return latencies;
  },
});
