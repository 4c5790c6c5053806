/**
 * The floor of a query: every message of an array is parsed and compared, what matches is sorted and cut. No streams, no
 * time range, no language, nothing discovered, nothing escaped.
 */
import { cpuOf, serveOrders } from '../processes/serve-orders.ts';
import { type EventOptions, generateBatches, wantedApi } from '../twin-events/generate-events.ts';

interface Held {
  readonly timestamp: number;
  readonly message: string;
}

let events: Held[] = [];

interface Wanted {
  readonly apiKind: string;
  readonly jobID?: string;
  /** Asks for the API's name in the text before parsing. */
  readonly looksFirst: boolean;
}

serveOrders({
  hold: (options: EventOptions) => {
    events = [];
    // As they are once they have come over a wire.
    for (const { logEvents } of generateBatches(options))
      events.push(...(JSON.parse(JSON.stringify(logEvents)) as Held[]));
    return events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0);
  },
  /** CPU time in microseconds. */
  scan: (wanted: Wanted) => cpuOf(() => Promise.resolve(scan(wanted))),
});

interface Record {
  readonly message?: string;
  readonly labels?: { readonly apiName?: string; readonly apiKind?: string; readonly jobID?: string };
}

function scan({ apiKind, jobID, looksFirst }: Wanted): string {
  const found: { readonly timestamp: number; readonly message: string | undefined }[] = [];
  for (const { timestamp, message: text } of events) {
    if (looksFirst && !text.includes(wantedApi)) continue;
    const { message, labels } = JSON.parse(text) as Record;
    if (labels?.apiName !== wantedApi || labels.apiKind !== apiKind || labels.jobID !== jobID) continue;
    found.push({ timestamp, message });
  }
  found.sort((a, b) => a.timestamp - b.timestamp);
  return JSON.stringify(found.slice(0, 1_000));
}
