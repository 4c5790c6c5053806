import { describe, expect, it } from '@jest/globals';
import { call, openTwin } from './twin-client.ts';

const dayMs = 86_400_000;
const group = { logGroupName: 'prod' };
type Twin = Awaited<ReturnType<typeof openTwin>>;

async function described(twin: Twin) {
  const { body } = await call(twin, 'DescribeLogGroups');
  const { retentionInDays, retentionPolicyName, storedBytes } = (
    body['logGroups'] as Record<string, unknown>[]
  )[0]!;
  return { retentionInDays, retentionPolicyName, storedBytes };
}

async function putPolicy(
  twin: Twin,
  policyName: string,
  retentionInDays: number | 'NEVER_EXPIRE',
  more: Record<string, unknown> = {},
) {
  const { enforcementMode = 'RETROACTIVE', ...input } = more;
  const reply = await call(twin, 'PutAccountPolicy', {
    policyName,
    policyType: 'RETENTION_POLICY',
    policyDocument: JSON.stringify({ retentionInDays, enforcementMode }),
    ...input,
  });
  expect(reply.status).toBe(200);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html */
describe('a retention policy of the account', () => {
  it("overrides the group's own after 24 hours, and a put then succeeds without showing", async () => {
    const twin = await openTwin();
    await call(twin, 'CreateLogGroup', group);
    await call(twin, 'PutRetentionPolicy', { ...group, retentionInDays: 3653 });
    await putPolicy(twin, 'baseline', 90);
    twin.clock.advance(dayMs - 60_000);
    expect(await described(twin)).toMatchObject({ retentionInDays: 3653, retentionPolicyName: undefined });
    twin.clock.advance(60_000);
    expect(await described(twin)).toMatchObject({ retentionInDays: 90, retentionPolicyName: 'baseline' });
    expect(await call(twin, 'PutRetentionPolicy', { ...group, retentionInDays: 7 })).toMatchObject({
      status: 200,
    });
    expect(await described(twin)).toMatchObject({ retentionInDays: 90, retentionPolicyName: 'baseline' });
    await call(twin, 'DeleteAccountPolicy', { policyName: 'baseline', policyType: 'RETENTION_POLICY' });
    expect(await described(twin)).toMatchObject({ retentionInDays: 7, retentionPolicyName: undefined });
  });

  it('rules at once if the twin is told so', async () => {
    const twin = await openTwin({ retentionPolicyDelayMs: 0 });
    await call(twin, 'CreateLogGroup', group);
    await putPolicy(twin, 'baseline', 30);
    expect(await described(twin)).toMatchObject({ retentionInDays: 30, retentionPolicyName: 'baseline' });
  });

  it('gives way to a longer one, and of equal ones the older is told', async () => {
    const twin = await openTwin({ retentionPolicyDelayMs: 0 });
    await call(twin, 'CreateLogGroup', group);
    await putPolicy(twin, 'b', 90);
    await putPolicy(twin, 'a', 90);
    expect(await described(twin)).toMatchObject({ retentionInDays: 90, retentionPolicyName: 'b' });
    await putPolicy(twin, 'prod', 365, { selectionCriteria: 'LogGroupNamePrefix IN ["x", "pro"]' });
    expect(await described(twin)).toMatchObject({ retentionInDays: 365, retentionPolicyName: 'prod' });
    await putPolicy(twin, 'other', 400, { selectionCriteria: 'LogGroupNamePrefix IN ["other"]' });
    expect(await described(twin)).toMatchObject({ retentionPolicyName: 'prod' });
    await putPolicy(twin, 'keep', 'NEVER_EXPIRE');
    expect(await described(twin)).toMatchObject({ retentionInDays: undefined, retentionPolicyName: 'keep' });
  });

  it('for new groups leaves those that are older alone', async () => {
    const twin = await openTwin({ retentionPolicyDelayMs: 0 });
    await call(twin, 'CreateLogGroup', group);
    twin.clock.advance(1_000);
    await putPolicy(twin, 'new', 30, { enforcementMode: 'NEW_ONLY' });
    expect(await described(twin)).toMatchObject({ retentionPolicyName: undefined });
    await call(twin, 'DeleteLogGroup', group);
    await call(twin, 'CreateLogGroup', group);
    expect(await described(twin)).toMatchObject({ retentionPolicyName: 'new' });
  });

  it('keeps its former period for 24 hours after a change', async () => {
    const twin = await openTwin();
    await call(twin, 'CreateLogGroup', group);
    await putPolicy(twin, 'baseline', 30);
    twin.clock.advance(dayMs);
    await putPolicy(twin, 'baseline', 60);
    expect(await described(twin)).toMatchObject({ retentionInDays: 30 });
    twin.clock.advance(dayMs);
    expect(await described(twin)).toMatchObject({ retentionInDays: 60 });
  });
});

describe('retention', () => {
  it('takes events away from every reader, and their bytes, once they are older', async () => {
    const twin = await openTwin();
    const stream = { ...group, logStreamName: 's' };
    await call(twin, 'CreateLogGroup', group);
    await call(twin, 'CreateLogStream', stream);
    await call(twin, 'PutRetentionPolicy', { ...group, retentionInDays: 1 });
    const now = twin.clock.now();
    const logEvents = [
      { timestamp: now - dayMs / 2, message: 'old' },
      { timestamp: now, message: 'new' },
    ];
    await call(twin, 'PutLogEvents', { ...stream, logEvents });
    expect(await described(twin)).toMatchObject({ storedBytes: 58 });
    twin.clock.advance(dayMs * 0.75);
    expect((await call(twin, 'FilterLogEvents', group)).body).toMatchObject({ events: [{ message: 'new' }] });
    expect((await call(twin, 'GetLogEvents', stream)).body).toMatchObject({ events: [{ message: 'new' }] });
    expect(await described(twin)).toMatchObject({ storedBytes: 29 });
  });
});

describe('a full twin', () => {
  it('refuses further events, and says why, until there is room', async () => {
    const twin = await openTwin({ maxStoredBytes: 100 });
    const stream = { ...group, logStreamName: 's' };
    await call(twin, 'CreateLogGroup', group);
    await call(twin, 'CreateLogStream', stream);
    const put = () =>
      call(twin, 'PutLogEvents', {
        ...stream,
        logEvents: [{ timestamp: twin.clock.now(), message: 'x'.repeat(100) }],
      });
    expect((await put()).status).toBe(200);
    expect(await put()).toMatchObject({
      status: 503,
      body: {
        __type: 'ServiceUnavailableException',
        message: expect.stringContaining('--max-stored-bytes'),
      },
    });
    await call(twin, 'DeleteLogStream', stream);
    await call(twin, 'CreateLogStream', stream);
    expect((await put()).status).toBe(200);
  });
});

describe('a query', () => {
  it('is scheduled for as long as the twin is told, can be stopped then, and stays so', async () => {
    const twin = await openTwin({ queryDelayMs: 3_600_000 });
    await call(twin, 'CreateLogGroup', group);
    const { body } = await call(twin, 'StartQuery', {
      ...group,
      startTime: 0,
      endTime: 1,
      queryString: 'fields a',
    });
    const queryId = { queryId: body['queryId'] };
    expect((await call(twin, 'GetQueryResults', queryId)).body).toMatchObject({
      status: 'Scheduled',
      results: [],
    });
    expect((await call(twin, 'StopQuery', queryId)).body).toEqual({ success: true });
    expect((await call(twin, 'GetQueryResults', queryId)).body).toMatchObject({ status: 'Cancelled' });
  });

  it('is refused while a hundred others wait', async () => {
    const twin = await openTwin({ queryDelayMs: 3_600_000 });
    await call(twin, 'CreateLogGroup', group);
    const start = () =>
      call(twin, 'StartQuery', { ...group, startTime: 0, endTime: 1, queryString: 'fields a' });
    for (let count = 0; count < 100; count++) expect((await start()).status).toBe(200);
    expect((await start()).body).toMatchObject({ __type: 'LimitExceededException' });
  });
});
