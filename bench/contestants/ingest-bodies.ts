/** What the twin does with bodies of PutLogEvents once they have arrived: everything but HTTP. */
import { parseBody } from '../../src/twin/read-request.ts';
import { routeOperation } from '../../src/twin/route-operation.ts';
import { createService } from '../../src/twin/start-twin.ts';
import { cpuOf, serveOrders } from '../processes/serve-orders.ts';
import { bodiesOf, group } from '../twin-events/bodies.ts';
import { firstTimestamp, streamNames } from '../twin-events/generate-events.ts';

const caller = { accessKeyId: 'AKIDEXAMPLE', region: 'eu-west-1' };
const service = createService({ now: () => firstTimestamp + 3_600_000 });
let bodies: readonly Buffer[] = [];

async function call(operation: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  await routeOperation(service, { operation, caller, body });
}

serveOrders({
  prepare: (count: number) => {
    bodies = [...bodiesOf({ count })];
  },
  /** CPU time in microseconds. */
  ingest: async () => {
    await call('CreateLogGroup', { logGroupName: group });
    for (const logStreamName of streamNames())
      await call('CreateLogStream', { logGroupName: group, logStreamName });
    const microseconds = await cpuOf(async () => {
      for (const body of bodies) await call('PutLogEvents', parseBody(body));
    });
    await call('DeleteLogGroup', { logGroupName: group });
    return microseconds;
  },
});
