/** GetLogRecord. */
import { flag, required, text } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter, notFound } from '../refusal.ts';
import { readPointer, writePointer } from '../state/event-pointer.ts';
import type { LogGroup } from '../state/log-group.ts';
import { type LogEvent, type LogStream, shownMessage } from '../state/log-stream.ts';
import { discoverFields } from './event-fields.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogRecord.html */
export const getLogRecord = operation(
  { logRecordPointer: required(text()), unmask: flag },
  (input, { account, now }) => {
    const pointer = readPointer(input.logRecordPointer);
    if (!pointer) throw invalidParameter('logRecordPointer is not the @ptr of a row of query results.');
    const group = account.group(pointer.logGroupName);
    account.settle(group, now);
    const { event, stream } = find(group, pointer.sequence);
    const message = shownMessage(event, input);
    const log = `${account.settings.accountId}:${group.name}`;
    return {
      logRecord: {
        ...Object.fromEntries(discoverFields(group, message)),
        '@timestamp': String(event.timestamp),
        '@ingestionTime': String(event.ingestionTime),
        '@message': message,
        '@logStream': stream.name,
        '@log': log,
        '@ptr': writePointer(log, event.sequence),
      },
    };
  },
);

function find(group: LogGroup, sequence: number): { readonly event: LogEvent; readonly stream: LogStream } {
  for (const stream of group.streams.values()) {
    const event = stream.events.find((one) => one.sequence === sequence);
    if (event) return { event, stream };
  }
  throw notFound('The log event of logRecordPointer does not exist any more.');
}
