/** GetLogGroupFields. */
import { logGroupIdentifier, logGroupName } from '../common-members.ts';
import { integer } from '../members.ts';
import { operation } from '../operation.ts';
import type { LogGroup } from '../state/log-group.ts';
import { indexAfter, type LogEvent, positionAfter, positionBefore } from '../state/log-stream.ts';
import { discoverFields } from './event-fields.ts';
import { groupOf } from './group-of.ts';

const minuteMs = 60_000;
/** The twin looks at no more of each stream, so that the answer comes soon. */
const maxEventsPerStream = 10_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogGroupFields.html */
export const getLogGroupFields = operation(
  {
    logGroupName,
    logGroupIdentifier,
    /** Seconds. */
    time: integer(0),
  },
  (input, { account, now }) => {
    const group = groupOf(account, input);
    account.settle(group, now);
    const events = eventsAround(group, input.time, now);
    const counts = countFields(group, events);
    return {
      logGroupFields: [...counts]
        .map(([name, count]) => ({ name, percent: Math.round((100 * count) / events.length) }))
        .sort((a, b) => b.percent - a.percent),
    };
  },
);

/** "the 8 minutes before and 8 minutes after this time"; without one, "the most recent 15 minutes" */
function eventsAround(group: LogGroup, time: number | undefined, now: number): readonly LogEvent[] {
  const [from, to] =
    time === undefined
      ? [now - 15 * minuteMs, now]
      : [time * 1_000 - 8 * minuteMs, time * 1_000 + 8 * minuteMs];
  return [...group.streams.values()].flatMap(({ events }) =>
    events
      .slice(indexAfter(events, positionBefore(from)), indexAfter(events, positionAfter(to)))
      .slice(-maxEventsPerStream),
  );
}

const generated = ['@timestamp', '@ingestionTime', '@message', '@logStream', '@log'];

function countFields(group: LogGroup, events: readonly LogEvent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { message } of events)
    for (const name of [...generated, ...discoverFields(group, message).keys()])
      counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
