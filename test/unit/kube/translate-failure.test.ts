import { describe, expect, it } from '@jest/globals';
import { RetryableError } from '../../../src/kernel/errors.ts';
import {
  isConflict,
  isForbidden,
  isGone,
  isNotFound,
  isOtherUid,
  isUnauthorized,
  isUnprocessable,
} from '../../../src/kube/kube-errors.ts';
import {
  deadlineError,
  errorOfConnection,
  errorOfReply,
  errorOfStatus,
  parseRetryAfter,
} from '../../../src/kube/translate-failure.ts';

const now = Date.UTC(2026, 10, 24, 8, 0, 0);
const sent = { method: 'PATCH', path: '/api/v1/namespaces/ml/pods/a' };

function reply(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify({ kind: 'Status', ...(body as object) });
  return errorOfReply(sent, { status, headers, body: text }, now);
}

describe('the time that a server asks to wait', () => {
  it.each([
    ['seconds', '7', 7000],
    ['no seconds', '0', 0],
    ['an HTTP date', 'Tue, 24 Nov 2026 08:00:09 GMT', 9000],
    ['a date in the past', 'Tue, 24 Nov 2026 07:00:00 GMT', 0],
    ['garbage', 'soon', undefined],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['an empty header', ' ', undefined],
    ['nothing', undefined, undefined],
  ])('as %s', (_, header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it('stands on the error, from the header before the body', () => {
    const body = { details: { retryAfterSeconds: 3 } };
    expect(reply(429, body, { 'retry-after': '5' }).retryAfterMs).toBe(5000);
    expect(reply(429, body).retryAfterMs).toBe(3000);
    expect(reply(429, body, { 'retry-after': 'garbage' }).retryAfterMs).toBe(3000);
    expect(reply(429, {}).retryAfterMs).toBeUndefined();
  });

  it.each([
    ['a header', {}, { 'retry-after': '31536000' }],
    ['a header of more seconds than there are', {}, { 'retry-after': '9'.repeat(400) }],
    ['a date', {}, { 'retry-after': 'Wed, 24 Nov 2027 07:00:00 GMT' }],
    ['a body', { details: { retryAfterSeconds: 31_536_000 } }, {}],
  ])('of a year, in %s, is five minutes', (_, body, headers) => {
    expect(reply(429, body, headers).retryAfterMs).toBe(300_000);
  });
});

describe('an answer of the API server', () => {
  it('is named by method, path, status and reason, and is retryable', () => {
    const error = reply(404, {
      reason: 'NotFound',
      message: 'pods "a" not found',
      details: { kind: 'pods', name: 'a' },
    });
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ status: 404, reason: 'NotFound', kind: 'pods', objectName: 'a', ...sent });
    expect(error.message).toBe('PATCH /api/v1/namespaces/ml/pods/a: 404 NotFound: pods "a" not found');
  });

  it.each([
    [
      'a core resource in a namespace',
      'cannot list resource "pods" in API group "" in the namespace "ml"',
      'needs verb list on pods in namespace ml',
    ],
    [
      'another group, in the cluster',
      'cannot watch resource "realtimeapis" in API group "cortex.dev" at the cluster scope',
      'needs verb watch on realtimeapis.cortex.dev',
    ],
    [
      'a subresource',
      'cannot patch resource "loggroups/status" in API group "cortex.dev" at the cluster scope',
      'needs verb patch on loggroups/status.cortex.dev',
    ],
    ['a path', 'cannot get path "/metrics"', 'needs verb get on /metrics'],
  ])('that forbids %s says which right is missing', (_, refusal, expected) => {
    const message = `x is forbidden: User "system:serviceaccount:cortex:operator" ${refusal}`;
    expect(reply(403, { reason: 'Forbidden', message }).message).toBe(
      `${sent.method} ${sent.path}: 403 Forbidden: ${expected}`,
    );
  });

  it('that forbids for another cause, such as a quota, keeps its own words', () => {
    const error = reply(403, { reason: 'Forbidden', message: 'exceeded quota' });
    expect(error.missingRight).toBeUndefined();
    expect(error.message).toContain('exceeded quota');
  });

  it.each([
    ['a proxy', '<html>secret page</html>', 502, 'BadGateway'],
    ['nothing', '', 503, 'ServiceUnavailable'],
    ['JSON of another kind', '{"password":"x"}', 500, 'InternalError'],
    ['JSON null', 'null', 500, 'InternalError'],
    ['an unknown status', '', 599, 'Unknown'],
  ])('that is %s is named by its status and shows no body', (_, body, status, reason) => {
    const error = reply(status, body);
    expect(error.message).toBe(`${sent.method} ${sent.path}: ${status} ${reason}`);
  });

  it('404 for a kind that is not served points at the CRD', () => {
    expect(reply(404, '404 page not found').message).toContain('is its CRD installed?');
  });

  it('is cut at 300 characters', () => {
    expect(reply(422, { reason: 'Invalid', message: 'x'.repeat(5000) }).message).toHaveLength(300);
  });

  it.each([
    ['isUnauthorized', isUnauthorized, 401],
    ['isForbidden', isForbidden, 403],
    ['isNotFound', isNotFound, 404],
    ['isConflict', isConflict, 409],
    ['isGone', isGone, 410],
    ['isUnprocessable', isUnprocessable, 422],
  ])('is recognized by %s and by no other status', (_, is, status) => {
    expect(is(reply(status, ''))).toBe(true);
    expect(is(reply(500, ''))).toBe(false);
    expect(is(new Error('x'))).toBe(false);
    expect(is(undefined)).toBe(false);
  });

  it('410 is recognized as an ERROR event as well, by code or by reason', () => {
    expect(isGone(errorOfStatus(sent, { code: 410, reason: 'Gone' }))).toBe(true);
    expect(isGone(errorOfStatus(sent, { reason: 'Expired' }))).toBe(true);
    expect(isGone(errorOfStatus(sent, { code: 500, reason: 'InternalError' }))).toBe(false);
  });

  it.each([
    [true, 422, 'Pod "a" is invalid: metadata.uid: Invalid value: "b": field is immutable'],
    [true, 409, 'Precondition failed: UID in precondition: b, UID in object meta: c'],
    [true, 422, 'the server rejected our request due to an error in our request'],
    [false, 422, 'Pod "a" is invalid: metadata.labels: Invalid value: "n n"'],
    [false, 409, 'the object has been modified'],
    [false, 404, 'metadata.uid: x'],
  ])('tells another incarnation (%s) by %d "%s"', (expected, status, message) => {
    expect(isOtherUid(reply(status, { message }))).toBe(expected);
  });
});

describe('no answer', () => {
  it.each([
    ['ECONNREFUSED', 'ConnectionRefused'],
    ['ECONNRESET', 'ConnectionReset'],
    ['UND_ERR_SOCKET', 'ConnectionReset'],
    ['ENOTFOUND', 'NameNotFound'],
    ['UND_ERR_CONNECT_TIMEOUT', 'Timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'Timeout'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Untrusted'],
    ['CERT_HAS_EXPIRED', 'Untrusted'],
    ['EWHATEVER', 'ConnectionFailed'],
  ])('%s is a failure %s with status 0', (code, reason) => {
    const error = errorOfConnection(sent, Object.assign(new Error('low level'), { code }));
    expect(error).toMatchObject({ status: 0, reason, ...sent });
  });

  it('is recognized by its cause, several deep', () => {
    const cause = new Error('outer', { cause: new Error('inner', { cause: { code: 'ECONNRESET' } }) });
    expect(errorOfConnection(sent, cause).reason).toBe('ConnectionReset');
  });

  it('does not show addresses with credentials', () => {
    expect(errorOfConnection(sent, new Error('bad https://user:pass@host/x y')).message).not.toContain(
      'pass',
    );
  });

  it('within the deadline says how long that was', () => {
    expect(deadlineError(sent, 500).message).toContain('no answer within 500 ms');
  });
});
