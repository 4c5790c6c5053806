import { describe, expect, it } from '@jest/globals';
import { type Fault, Faults } from '../../../src/twin/faults.ts';
import { call, openTwin } from './twin-client.ts';

const group = { logGroupName: 'prod' };
const statusAndType = async (
  twin: Awaited<ReturnType<typeof openTwin>>,
  operation: string,
  input: unknown = group,
) => {
  const { status, body } = await call(twin, operation, input);
  return [status, body['__type'] ?? 'ok'];
};

describe('a fault', () => {
  it.each<{ kind: Fault['kind']; status: number; type: string }>([
    { kind: 'throttle', status: 400, type: 'ThrottlingException' },
    { kind: 'deny', status: 403, type: 'AccessDeniedException' },
    { kind: 'expire', status: 403, type: 'ExpiredTokenException' },
    { kind: 'unavailable', status: 503, type: 'ServiceUnavailableException' },
    { kind: 'fail', status: 500, type: 'InternalFailure' },
    { kind: 'abort', status: 400, type: 'OperationAbortedException' },
  ])(
    '$kind meets every call until it is taken away, and nothing happens meanwhile',
    async ({ kind, status, type }) => {
      const twin = await openTwin();
      const end = twin.faults.add({ kind });
      expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([status, type]);
      expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([status, type]);
      end();
      expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([200, 'ok']);
    },
  );

  it('cut ends the connection', async () => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'cut', times: 1 });
    await expect(call(twin, 'CreateLogGroup', group)).rejects.toThrow('fetch failed');
    expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([200, 'ok']);
  });

  it('delay serves later, and serves', async () => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'delay', delayMs: 50, times: 1 });
    const begun = performance.now();
    expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([200, 'ok']);
    expect(performance.now() - begun).toBeGreaterThan(45);
  });

  it('is over after its times', async () => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'throttle', times: 2 });
    const met = [];
    for (let count = 0; count < 3; count++) met.push((await statusAndType(twin, 'DescribeLogGroups', {}))[1]);
    expect(met).toEqual(['ThrottlingException', 'ThrottlingException', 'ok']);
    expect(twin.faults.list()).toEqual([]);
  });

  it('meets only its operation and its group, however the group is named', async () => {
    const twin = await openTwin();
    await call(twin, 'CreateLogGroup', group);
    await call(twin, 'CreateLogGroup', { logGroupName: 'prod-2' });
    twin.faults.add({ kind: 'deny', operation: 'TagResource', logGroupName: 'prod' });
    const tag = (name: string) => ({
      resourceArn: `arn:aws:logs:eu-west-1:000000000000:log-group:${name}`,
      tags: { a: 'b' },
    });
    expect(await statusAndType(twin, 'TagResource', tag('prod'))).toEqual([403, 'AccessDeniedException']);
    expect(await statusAndType(twin, 'TagResource', tag('prod-2'))).toEqual([200, 'ok']);
    expect(await statusAndType(twin, 'DescribeLogGroups', {})).toEqual([200, 'ok']);
  });

  it.each<{ resource: string; operation: string; denied: readonly string[] }>([
    { resource: 'arn:aws:logs:*:*:log-group:prod*', operation: '*', denied: ['prod', 'prod-2'] },
    {
      resource: 'arn:aws:logs:eu-west-1:000000000000:log-group:prod',
      operation: 'Create*',
      denied: ['prod'],
    },
    {
      resource: 'arn:aws:logs:eu-west-1:000000000000:log-group:prod:*',
      operation: 'CreateLogGroup',
      denied: ['prod'],
    },
    { resource: 'arn:aws:logs:us-east-1:*', operation: '*', denied: [] },
    { resource: '*', operation: 'Delete*', denied: [] },
  ])('denies $operation on $resource as a policy would', async ({ resource, operation, denied }) => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'deny', resource, operation });
    const refused: string[] = [];
    for (const logGroupName of ['prod', 'prod-2', 'dev'])
      if ((await call(twin, 'CreateLogGroup', { logGroupName })).status === 403) refused.push(logGroupName);
    expect(refused).toEqual(denied);
  });

  it.each([
    {
      operation: 'PutLogEvents',
      input: { logGroupName: 'prod', logStreamName: 's' },
      shown: 'prod:log-stream:s',
    },
    { operation: 'DescribeLogGroups', input: {}, shown: ':log-stream:' },
    {
      operation: 'DescribeIndexPolicies',
      input: { logGroupIdentifiers: ['prod'] },
      shown: 'prod:log-stream:',
    },
  ])('names user, action and resource when it denies $operation', async ({ operation, input, shown }) => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'deny' });
    const { body } = await call(twin, operation, input);
    expect(body).toEqual({
      __type: 'AccessDeniedException',
      message: `User: arn:aws:iam::000000000000:user/twin is not authorized to perform: logs:${operation} on resource: arn:aws:logs:eu-west-1:000000000000:log-group:${shown} because no identity-based policy allows the logs:${operation} action`,
    });
  });

  it.each([
    { action: 'Unmask', operation: 'FilterLogEvents', input: { logGroupName: 'prod', unmask: true } },
    {
      action: 'PutIndexPolicy',
      operation: 'PutAccountPolicy',
      input: { policyName: 'p', policyType: 'FIELD_INDEX_POLICY', policyDocument: '{"Fields":["a"]}' },
    },
    {
      action: 'DescribeIndexPolicies',
      operation: 'DescribeAccountPolicies',
      input: { policyType: 'FIELD_INDEX_POLICY' },
    },
  ])(
    'that denies $action denies a request of $operation that needs it',
    async ({ action, operation, input }) => {
      const twin = await openTwin();
      twin.faults.add({ kind: 'deny', operation: action });
      const { body } = await call(twin, operation, input);
      expect(body['message']).toContain(`not authorized to perform: logs:${action} on resource`);
    },
  );

  it('throttles what comes faster than its rate, by operation', async () => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'throttle', operation: 'DescribeLogGroups', perSecond: 0 });
    expect(await statusAndType(twin, 'DescribeLogGroups', {})).toEqual([400, 'ThrottlingException']);
    expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([200, 'ok']);
  });

  it('that denies TagResource denies the creation with tags too, and names the right that is missing', async () => {
    const twin = await openTwin();
    twin.faults.add({ kind: 'deny', operation: 'TagResource' });
    const { body } = await call(twin, 'CreateLogGroup', { ...group, tags: { a: 'b' } });
    expect(body['message']).toContain(
      'not authorized to perform: logs:TagResource on resource: arn:aws:logs:eu-west-1:000000000000:log-group:prod:',
    );
    expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([200, 'ok']);
  });
});

describe('a rate', () => {
  it('serves so many requests in any second', () => {
    let elapsedMs = 0;
    const faults = new Faults([], () => elapsedMs);
    faults.add({ kind: 'throttle', perSecond: 2 });
    const request = {
      operation: 'DescribeLogGroups',
      actions: ['DescribeLogGroups'],
      logGroupName: undefined,
      resourceArn: '',
      logStreamName: undefined,
      accountId: '000000000000',
    };
    const isServed = (at: number) => {
      elapsedMs = at;
      return faults.meet(request).length === 0;
    };
    expect([0, 600, 900, 999, 1_000, 1_599, 1_600].map(isServed)).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('calls', () => {
  it('are counted by operation, refused ones too, and forgotten on demand', async () => {
    const twin = await openTwin();
    await call(twin, 'CreateLogGroup', group);
    await call(twin, 'CreateLogGroup', group);
    twin.faults.add({ kind: 'throttle' });
    await call(twin, 'DescribeLogGroups');
    expect(twin.calls()).toEqual({ CreateLogGroup: 2, DescribeLogGroups: 1 });
    await call(twin, 'Nonsense');
    expect(twin.calls()).toMatchObject({ unknown: 1 });
    twin.forgetCalls();
    expect(twin.calls()).toEqual({});
  });
});

describe('the control API', () => {
  const control = async (endpoint: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${endpoint}/twin/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  it('does what the twin does in the same process', async () => {
    const twin = await openTwin();
    const at = twin.httpEndpoint;
    expect(await control(at, 'GET', 'health')).toEqual({ status: 200, body: { status: 'ok' } });
    const fault = { kind: 'throttle', operation: 'CreateLogGroup', times: 3 };
    expect(await control(at, 'POST', 'faults', fault)).toEqual({ status: 200, body: [fault] });
    expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([400, 'ThrottlingException']);
    expect((await control(at, 'GET', 'faults')).body).toEqual([{ ...fault, times: 2 }]);
    await control(at, 'DELETE', 'faults');
    expect(await statusAndType(twin, 'CreateLogGroup')).toEqual([200, 'ok']);
    expect((await control(at, 'GET', 'calls')).body).toEqual({ CreateLogGroup: 2 });
    await control(at, 'DELETE', 'calls');
    expect(twin.calls()).toEqual({});
    expect((await control(at, 'GET', 'live-tails')).body).toEqual({ count: 0 });
    expect((await control(at, 'DELETE', 'live-tails')).status).toBe(200);
    await control(at, 'POST', 'clock', { now: 1_000_000_000_000, advanceMs: 5_000 });
    expect(twin.clock.now() - 1_000_000_005_000).toBeLessThan(60_000);
  });

  it('refuses what it does not know, and says what it knows', async () => {
    const twin = await openTwin();
    expect(await control(twin.httpEndpoint, 'GET', 'faultz')).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining('GET /twin/faults') },
    });
    expect(await control(twin.httpEndpoint, 'POST', 'faults', { kind: 'explode' })).toMatchObject({
      status: 400,
    });
    expect(await control(twin.httpEndpoint, 'POST', 'faults', { kind: 'deny', times: 0 })).toMatchObject({
      status: 400,
    });
  });
});
