/** The twin in a process of its own. */
import { startTwin, type Twin } from '../../src/twin/start-twin.ts';
import { serveOrders, settledHeapBytes } from '../processes/serve-orders.ts';

let twin: Twin | undefined;

serveOrders({
  /** Its endpoint. `now` is the time in it, in ms since 1970. */
  start: async (now: number) => {
    twin = await startTwin({ now: () => now });
    return twin.httpEndpoint;
  },
  /** CPU time of the process so far, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Heap and buffers in use. */
  memory: () => settledHeapBytes() + process.memoryUsage().external,
});
