/** The floor of ingestion: bodies as they come over the wire, decoded and parsed, and nothing else. */
import { cpuOf, serveOrders } from '../processes/serve-orders.ts';
import { bodiesOf } from '../twin-events/bodies.ts';

let bodies: readonly Buffer[] = [];

serveOrders({
  prepare: (count: number) => {
    bodies = [...bodiesOf({ count })];
  },
  /** CPU time in microseconds. */
  parse: () =>
    cpuOf(() => {
      for (const body of bodies) JSON.parse(body.toString());
      return Promise.resolve();
    }),
});
