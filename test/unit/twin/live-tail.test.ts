import { CloudWatchLogsClient, StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { StartLiveTailCommandInput, StartLiveTailResponseStream } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { connect } from 'node:net';
import type { Twin } from '../../../src/twin/start-twin.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { authorization, call, openTwin } from './twin-client.ts';

jest.setTimeout(30_000);

const arn = 'arn:aws:logs:eu-west-1:000000000000:log-group:prod';
const stream = { logGroupName: 'prod', logStreamName: 's' };
const hourMs = 3_600_000;

const clients: CloudWatchLogsClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

/** Updates come often, so that tests need not wait for them. */
async function openWithStream() {
  const twin = await openTwin({ liveTailPeriodMs: 20 });
  await call(twin, 'CreateLogGroup', { logGroupName: 'prod' });
  await call(twin, 'CreateLogStream', stream);
  return twin;
}

async function tail(twin: Twin, input: Partial<StartLiveTailCommandInput> = {}) {
  const client = new CloudWatchLogsClient({
    region: 'eu-west-1',
    endpoint: twin.httpEndpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  clients.push(client);
  const { responseStream } = await client.send(
    new StartLiveTailCommand({ logGroupIdentifiers: [arn], ...input }),
  );
  return { events: responseStream![Symbol.asyncIterator](), leave: () => client.destroy() };
}

/** Updates from here until one has events; their messages, and whether it was a sample. */
async function nextResults(events: AsyncIterator<StartLiveTailResponseStream>) {
  for (;;) {
    const { value, done } = (await events.next()) as { value: StartLiveTailResponseStream; done: boolean };
    if (done) throw new Error('the session ended');
    const { sessionMetadata, sessionResults = [] } = value.sessionUpdate ?? {};
    if (sessionResults.length > 0)
      return { messages: sessionResults.map(({ message }) => message), sampled: sessionMetadata?.sampled };
  }
}

async function put(twin: Twin, messages: readonly string[]) {
  const logEvents = messages.map((message) => ({ timestamp: twin.clock.now(), message }));
  expect((await call(twin, 'PutLogEvents', { ...stream, logEvents })).status).toBe(200);
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
describe('a Live Tail session', () => {
  it('has all of 500 events, and a sample of 500 of more, in the order of arrival', async () => {
    const twin = await openWithStream();
    const { events } = await tail(twin);
    await put(twin, numbered(500));
    expect(await nextResults(events)).toEqual({ messages: numbered(500), sampled: false });
    await put(twin, numbered(2_000));
    const { messages, sampled } = await nextResults(events);
    expect(sampled).toBe(true);
    expect(new Set(messages).size).toBe(500);
    expect(messages).toEqual(messages.toSorted((a, b) => Number(a) - Number(b)));
    expect(messages.some((message) => Number(message) >= 500)).toBe(true);
  });

  it('shows no more than one message of the stream can hold', async () => {
    const twin = await openWithStream();
    const { events } = await tail(twin);
    // They all arrive at once.
    const big = numbered(20).map((each) => each + 'x'.repeat(1_000_000));
    twin.faults.add({ kind: 'late', delayMs: hourMs });
    for (const message of big) await put(twin, [message]);
    twin.clock.advance(hourMs);
    const { messages, sampled } = await nextResults(events);
    expect(sampled).toBe(true);
    expect(messages).toHaveLength(15);
  });

  it('ends with an exception after three hours', async () => {
    const twin = await openWithStream();
    const { events } = await tail(twin);
    twin.clock.advance(3 * hourMs - 60_000);
    await put(twin, ['still there']);
    expect(await nextResults(events)).toMatchObject({ messages: ['still there'] });
    twin.clock.advance(60_000);
    await expect(nextResults(events)).rejects.toMatchObject({ name: 'SessionTimeoutException' });
    await waitFor(() => twin.liveTailCount() === 0, { describe: 'the session is over', intervalMs: 5 });
  });

  it('is one of at most 15 of an account; who leaves makes room', async () => {
    const twin = await openWithStream();
    const sessions = await Promise.all(numbered(15).map(() => tail(twin)));
    const refused = await call(twin, 'StartLiveTail', { logGroupIdentifiers: [arn] });
    expect(refused.body).toMatchObject({ __type: 'LimitExceededException' });
    for (const { leave } of sessions) leave();
    await waitFor(() => twin.liveTailCount() === 0, { describe: 'all have left', intervalMs: 5 });
    await tail(twin);
    expect(twin.liveTailCount()).toBe(1);
  });

  it('is over when its client vanishes without a word', async () => {
    const twin = await openWithStream();
    const { port } = new URL(twin.httpEndpoint);
    const body = JSON.stringify({ logGroupIdentifiers: [arn] });
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization()}\r\nx-amz-target: Logs_20140328.StartLiveTail\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await waitFor(() => twin.liveTailCount() === 1, { describe: 'the session is open', intervalMs: 5 });
    socket.resetAndDestroy();
    await waitFor(() => twin.liveTailCount() === 0, { describe: 'the session is over', intervalMs: 5 });
  });

  it('drops the oldest updates of a client that does not read, and keeps little of them', async () => {
    const twin = await openWithStream();
    const { port } = new URL(twin.httpEndpoint);
    const body = JSON.stringify({ logGroupIdentifiers: [arn] });
    const socket = connect(Number(port), '127.0.0.1').pause();
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization()}\r\nx-amz-target: Logs_20140328.StartLiveTail\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await waitFor(() => twin.liveTailCount() === 1, { describe: 'the session is open', intervalMs: 5 });
    // More than the connection itself can hold.
    const updates = 60;
    // A reader beside it tells when an update is due.
    const { events } = await tail(twin);
    for (let count = 0; count < updates; count++) {
      await put(twin, [`${count} ${'x'.repeat(1_000_000)}`]);
      await nextResults(events);
    }
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    socket.resume();
    await put(twin, ['the last one']);
    await waitFor(() => received.includes('the last one'), {
      describe: 'the client has caught up',
      intervalMs: 5,
    });
    const seen = numbered(updates).filter((count) => received.includes(`"${count} x`));
    expect(seen.length).toBeLessThan(updates);
    expect(seen).toContain(String(updates - 1));
    socket.destroy();
  });
});

describe('faults of Live Tail', () => {
  it('lose takes events away from it, and from nobody else', async () => {
    const twin = await openWithStream();
    const { events } = await tail(twin);
    twin.faults.add({ kind: 'lose', times: 1 });
    await put(twin, ['lost']);
    await put(twin, ['shown']);
    expect(await nextResults(events)).toMatchObject({ messages: ['shown'] });
    const { body } = await call(twin, 'FilterLogEvents', { logGroupName: 'prod' });
    expect(body).toMatchObject({ events: [{ message: 'lost' }, { message: 'shown' }] });
  });

  it('late brings events later, to it as to all readers, at their place in time', async () => {
    const twin = await openWithStream();
    const { events } = await tail(twin);
    twin.faults.add({ kind: 'late', delayMs: 60_000, times: 1 });
    await put(twin, ['late']);
    twin.clock.advance(1_000);
    await put(twin, ['in time']);
    expect(await nextResults(events)).toMatchObject({ messages: ['in time'] });
    const read = async () => (await call(twin, 'GetLogEvents', stream)).body['events'];
    expect(await read()).toMatchObject([{ message: 'in time' }]);
    twin.clock.advance(60_000);
    expect(await nextResults(events)).toMatchObject({ messages: ['late'] });
    expect(await read()).toMatchObject([{ message: 'late' }, { message: 'in time' }]);
  });

  it('late events of a stream that is deleted meanwhile are gone', async () => {
    const twin = await openWithStream();
    twin.faults.add({ kind: 'late', delayMs: 60_000, times: 1 });
    await put(twin, ['late']);
    await call(twin, 'DeleteLogStream', stream);
    await call(twin, 'CreateLogStream', stream);
    twin.clock.advance(60_000);
    expect((await call(twin, 'GetLogEvents', stream)).body).toMatchObject({ events: [] });
    expect((await call(twin, 'DescribeLogGroups')).body).toMatchObject({ logGroups: [{ storedBytes: 0 }] });
  });

  it('a cut ends all sessions as a broken connection does', async () => {
    const twin = await openWithStream();
    const { events } = await tail(twin);
    twin.cutLiveTails();
    await expect(nextResults(events)).rejects.toThrow();
    expect(twin.liveTailCount()).toBe(0);
  });
});
