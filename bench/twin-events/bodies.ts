/** Events -> bodies of PutLogEvents. */
import { type EventOptions, generateBatches } from './generate-events.ts';

export const group = 'bench';

export function* bodiesOf(options: EventOptions): Generator<Buffer> {
  for (const batch of generateBatches(options))
    yield Buffer.from(JSON.stringify({ logGroupName: group, ...batch }));
}
