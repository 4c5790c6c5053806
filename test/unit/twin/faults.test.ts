import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../src/twin/faults.ts';
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

describe('calls', () => {
  it('are counted by operation, refused ones too, and forgotten on demand', async () => {
    const twin = await openTwin();
    await call(twin, 'CreateLogGroup', group);
    await call(twin, 'CreateLogGroup', group);
    twin.faults.add({ kind: 'throttle' });
    await call(twin, 'DescribeLogGroups');
    expect(twin.calls()).toEqual({ CreateLogGroup: 2, DescribeLogGroups: 1 });
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
