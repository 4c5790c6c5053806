import { describe, expect, it } from '@jest/globals';
import { toAwsFailure } from '../../../src/aws/aws-errors.ts';
import type { AwsFailureKind } from '../../../src/kernel/aws-failure.ts';

const call = {
  operation: 'PutRetentionPolicy',
  region: 'eu-west-1',
  logGroupName: 'prod',
  account: '123456789012',
};

function thrown(fields: Record<string, unknown>): Error {
  return Object.assign(new Error('boom'), fields);
}

const rows: readonly { name: string; error: unknown; kind: AwsFailureKind }[] = [
  { name: 'a denial', error: thrown({ name: 'AccessDeniedException' }), kind: 'AccessDenied' },
  {
    name: 'any other 403',
    error: thrown({ name: 'Whatever', $metadata: { httpStatusCode: 403 } }),
    kind: 'AccessDenied',
  },
  { name: 'an expired token', error: thrown({ name: 'ExpiredTokenException' }), kind: 'CredentialsExpired' },
  {
    name: 'an unknown key',
    error: thrown({ name: 'UnrecognizedClientException' }),
    kind: 'CredentialsExpired',
  },
  {
    name: 'no credentials at all',
    error: thrown({ name: 'CredentialsProviderError' }),
    kind: 'CredentialsExpired',
  },
  { name: 'throttling', error: thrown({ name: 'ThrottlingException' }), kind: 'Throttled' },
  {
    name: 'a 429 of any name',
    error: thrown({ name: 'X', $metadata: { httpStatusCode: 429 } }),
    kind: 'Throttled',
  },
  { name: 'a refused connection', error: thrown({ code: 'ECONNREFUSED' }), kind: 'Unreachable' },
  { name: 'a name that does not resolve', error: thrown({ code: 'ENOTFOUND' }), kind: 'Unreachable' },
  { name: 'a name server that does not answer', error: thrown({ code: 'EAI_AGAIN' }), kind: 'Unreachable' },
  {
    name: 'a refusal that the SDK has wrapped',
    error: new Error('AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:9'),
    kind: 'Unreachable',
  },
  { name: 'a token file that is not there', error: thrown({ code: 'ENOENT' }), kind: 'CredentialsExpired' },
  { name: 'a bad certificate', error: thrown({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), kind: 'Unreachable' },
  { name: 'a timeout', error: thrown({ name: 'TimeoutError' }), kind: 'Unreachable' },
  {
    name: 'an unavailable service',
    error: thrown({ name: 'ServiceUnavailableException' }),
    kind: 'Unavailable',
  },
  {
    name: 'any other 5xx',
    error: thrown({ name: 'X', $metadata: { httpStatusCode: 502 } }),
    kind: 'Unavailable',
  },
  { name: 'a missing group', error: thrown({ name: 'ResourceNotFoundException' }), kind: 'NotFound' },
  {
    name: 'a group that is there',
    error: thrown({ name: 'ResourceAlreadyExistsException' }),
    kind: 'AlreadyExists',
  },
  { name: 'an aborted operation', error: thrown({ name: 'OperationAbortedException' }), kind: 'Aborted' },
  { name: 'a refused value', error: thrown({ name: 'InvalidParameterException' }), kind: 'Invalid' },
  { name: 'a limit', error: thrown({ name: 'LimitExceededException' }), kind: 'LimitExceeded' },
  { name: 'anything else', error: 'not even an error', kind: 'Unknown' },
];

describe('what the SDK throws', () => {
  it.each(rows)('is told apart: $name is $kind', ({ error, kind }) => {
    expect(toAwsFailure(error, call).kind).toBe(kind);
  });

  it('is capped to one line and holds nothing of headers and bodies', () => {
    const secret = { $response: { headers: { authorization: 'AWS4-HMAC secret' }, body: 'secret' } };
    const failure = toAwsFailure(
      thrown({ name: 'InvalidParameterException', message: `a\n${'b'.repeat(2000)}`, ...secret }),
      call,
    );
    expect(failure.message).toHaveLength(300);
    expect(failure.message).toMatch(/^a b+…$/);
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  it('is told the same on every try, when no address answers', () => {
    const first = toAwsFailure(
      thrown({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.0.0.1:443' }),
      call,
    );
    const second = toAwsFailure(
      thrown({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.0.0.2:443' }),
      call,
    );
    expect(first.message).toBe(second.message);
  });
});

const denial = (action: string, arn: string) =>
  thrown({
    name: 'AccessDeniedException',
    message: `User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: ${action} on resource: ${arn} because no identity-based policy allows the ${action} action`,
  });

describe('the right that is missing', () => {
  it.each([
    {
      name: 'is the action of the call and the ARN with :*, when AWS does not say',
      error: thrown({ name: 'AccessDeniedException', message: 'no' }),
      of: call,
      action: 'logs:PutRetentionPolicy',
      resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:prod:*',
    },
    {
      name: 'has the account that the denial names, not the one of the caller',
      error: denial(
        'logs:PutRetentionPolicy',
        'arn:aws:logs:eu-west-1:999999999999:log-group:prod:log-stream:',
      ),
      of: { operation: 'PutRetentionPolicy', region: 'eu-west-1', logGroupName: 'prod' },
      action: 'logs:PutRetentionPolicy',
      resource: 'arn:aws:logs:eu-west-1:999999999999:log-group:prod:*',
    },
    {
      name: 'is the one that AWS names, when a creation fails for want of another',
      error: denial('logs:TagResource', 'arn:aws:logs:eu-west-1:123456789012:log-group:prod'),
      of: { ...call, operation: 'CreateLogGroup' },
      action: 'logs:TagResource',
      resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:prod',
    },
    {
      name: 'names the ARN without :* for tags, as IAM wants it there',
      error: thrown({ name: 'AccessDeniedException', message: 'no' }),
      of: { ...call, operation: 'ListTagsForResource' },
      action: 'logs:ListTagsForResource',
      resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:prod',
    },
    {
      name: 'is for * where AWS authorizes an action for no resource, whatever the denial says',
      error: denial('logs:DescribeLogGroups', 'arn:aws:logs:eu-west-1:123456789012:log-group::log-stream:'),
      of: { operation: 'DescribeLogGroups', region: 'eu-west-1' },
      action: 'logs:DescribeLogGroups',
      resource: '*',
    },
    ...['DescribeIndexPolicies', 'PutIndexPolicy', 'PutQueryDefinition', 'DescribeQueryDefinitions'].map(
      (operation) => ({
        name: `is for * where AWS authorizes an action for no resource: ${operation}`,
        error: thrown({ name: 'AccessDeniedException', message: 'no' }),
        of: { ...call, operation },
        action: `logs:${operation}`,
        resource: '*',
      }),
    ),
    {
      name: 'names the partition of China',
      error: thrown({ name: 'AccessDeniedException', message: 'no' }),
      of: { operation: 'CreateLogGroup', region: 'cn-north-1', logGroupName: 'prod' },
      action: 'logs:CreateLogGroup',
      resource: 'arn:aws-cn:logs:cn-north-1:*:log-group:prod:*',
    },
    {
      name: 'may be one of another service',
      error: denial('kms:DescribeKey', 'arn:aws:kms:eu-west-1:123456789012:key/aaaa'),
      of: { ...call, operation: 'AssociateKmsKey' },
      action: 'kms:DescribeKey',
      resource: 'arn:aws:kms:eu-west-1:123456789012:key/aaaa',
    },
  ])('$name', ({ error, of, action, resource }) => {
    expect(toAwsFailure(error, of)).toMatchObject({ kind: 'AccessDenied', action, resource });
  });
});
