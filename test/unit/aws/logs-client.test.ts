import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogsClientOptions } from '../../../src/aws/connect.ts';
import { createLogsClient, type LogsClient } from '../../../src/aws/logs-client.ts';
import { AwsFailure } from '../../../src/kernel/aws-failure.ts';

interface Request {
  readonly operation: string;
  readonly body: unknown;
}

type Answer = { readonly status: number; readonly body: unknown } | 'hang' | 'cut';

const servers: Server[] = [];
const clients: LogsClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A service on loopback that answers each request as told, and a client of it through the real SDK. */
async function serve(
  answer: (request: Request, count: number) => Answer,
  options: Partial<LogsClientOptions> = {},
) {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
      const received = { operation, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown };
      requests.push(received);
      const reply = answer(received, requests.length);
      if (reply === 'cut') request.socket.destroy();
      if (reply === 'cut' || reply === 'hang') return;
      response.writeHead(reply.status, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': 'r',
      });
      response.end(JSON.stringify(reply.body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createLogsClient({ region: 'eu-west-1', endpointUrl, credentials, ...options });
  clients.push(client);
  return { client, requests };
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:prod';
const ok: Answer = { status: 200, body: {} };
const query = {
  name: 'Cortex/prod/RealtimeAPI',
  queryString: 'fields @message',
  logGroupNames: ['prod'],
  parameters: [{ name: 'apiName', description: 'd' }],
};
/** Of the SDK, for its own retries. */
const anyToken = expect.stringMatching(/^\S{36,128}$/) as unknown;

async function failureOf(call: Promise<unknown>): Promise<AwsFailure> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AwsFailure)) throw new Error(`no AwsFailure, but ${String(error)}`);
  return error;
}

describe('the client of CloudWatch Logs', () => {
  it.each<{ operation: string; call: (client: LogsClient) => Promise<void>; body: unknown }>([
    {
      operation: 'CreateLogGroup',
      call: (client) =>
        client.createLogGroup({
          logGroupName: 'prod',
          logGroupClass: 'STANDARD',
          kmsKeyId: 'k',
          deletionProtectionEnabled: true,
          tags: { a: 'b' },
        }),
      body: {
        logGroupName: 'prod',
        logGroupClass: 'STANDARD',
        kmsKeyId: 'k',
        deletionProtectionEnabled: true,
        tags: { a: 'b' },
      },
    },
    {
      operation: 'DeleteLogGroup',
      call: (client) => client.deleteLogGroup('prod'),
      body: { logGroupName: 'prod' },
    },
    {
      operation: 'PutLogGroupDeletionProtection',
      call: (client) => client.putDeletionProtection('prod', false),
      body: { logGroupIdentifier: 'prod', deletionProtectionEnabled: false },
    },
    {
      operation: 'PutIndexPolicy',
      call: (client) => client.putIndexPolicy('prod', '{}'),
      body: { logGroupIdentifier: 'prod', policyDocument: '{}' },
    },
    {
      operation: 'DeleteIndexPolicy',
      call: (client) => client.deleteIndexPolicy('prod'),
      body: { logGroupIdentifier: 'prod' },
    },
    {
      operation: 'PutQueryDefinition',
      call: (client) => client.putQueryDefinition({ ...query, queryDefinitionId: 'q-1' }),
      body: { ...query, queryDefinitionId: 'q-1', queryLanguage: 'CWLI', clientToken: anyToken },
    },
    {
      operation: 'PutQueryDefinition',
      call: (client) => client.putQueryDefinition({ ...query, clientToken: 't'.repeat(36) }),
      body: { ...query, clientToken: 't'.repeat(36), queryLanguage: 'CWLI' },
    },
    {
      operation: 'DeleteQueryDefinition',
      call: (client) => client.deleteQueryDefinition('q-1'),
      body: { queryDefinitionId: 'q-1' },
    },
    {
      operation: 'PutRetentionPolicy',
      call: (client) => client.putRetentionPolicy('prod', 30),
      body: { logGroupName: 'prod', retentionInDays: 30 },
    },
    {
      operation: 'TagResource',
      call: (client) => client.tagResource(arn, { a: 'b' }),
      body: { resourceArn: arn, tags: { a: 'b' } },
    },
    {
      operation: 'UntagResource',
      call: (client) => client.untagResource(arn, ['a']),
      body: { resourceArn: arn, tagKeys: ['a'] },
    },
    {
      operation: 'AssociateKmsKey',
      call: (client) => client.associateKmsKey('prod', 'k'),
      body: { logGroupName: 'prod', kmsKeyId: 'k' },
    },
    {
      operation: 'DisassociateKmsKey',
      call: (client) => client.disassociateKmsKey('prod'),
      body: { logGroupName: 'prod' },
    },
  ])('sends $operation with what it was given and nothing else', async ({ operation, call, body }) => {
    const { client, requests } = await serve(() => ok);
    await call(client);
    expect(requests).toEqual([{ operation, body }]);
  });

  it('describes groups by what CloudWatch says of them, also where it says less', async () => {
    const { client } = await serve(() => ({
      status: 200,
      body: {
        logGroups: [
          {
            logGroupName: 'prod',
            arn: `${arn}:*`,
            logGroupArn: arn,
            logGroupClass: 'INFREQUENT_ACCESS',
            retentionInDays: 7,
            retentionPolicyName: 'p',
            kmsKeyId: 'k',
            deletionProtectionEnabled: true,
            inheritedProperties: ['ACCOUNT_DATA_PROTECTION'],
            storedBytes: 1,
          },
          { logGroupName: 'prod', arn: `${arn}:*` },
        ],
        nextToken: 'more',
      },
    }));
    expect(await client.describeLogGroups({ logGroupNamePrefix: 'prod' })).toEqual({
      logGroups: [
        {
          logGroupName: 'prod',
          logGroupArn: arn,
          logGroupClass: 'INFREQUENT_ACCESS',
          retentionInDays: 7,
          retentionPolicyName: 'p',
          kmsKeyId: 'k',
          deletionProtectionEnabled: true,
          inheritsDataProtection: true,
        },
        { logGroupName: 'prod', logGroupArn: arn, logGroupClass: 'STANDARD' },
      ],
      nextToken: 'more',
    });
  });

  it('reads saved queries and account policies to the last page', async () => {
    const { client, requests } = await serve(({ operation, body }) => {
      const isLast = (body as { nextToken?: string }).nextToken === 'more';
      const queryDefinitions = [{ ...query, queryDefinitionId: isLast ? 'q-2' : 'q-1', lastModified: 1 }];
      const accountPolicies = [{ policyName: isLast ? 'second' : 'first', policyDocument: '{}' }];
      const items = operation === 'DescribeQueryDefinitions' ? { queryDefinitions } : { accountPolicies };
      return { status: 200, body: { ...items, ...(isLast ? {} : { nextToken: 'more' }) } };
    });
    expect(await client.describeQueryDefinitions('Cortex/prod/')).toEqual([
      { ...query, queryDefinitionId: 'q-1' },
      { ...query, queryDefinitionId: 'q-2' },
    ]);
    expect(await client.describeAccountPolicies('FIELD_INDEX_POLICY')).toEqual([
      { policyType: 'FIELD_INDEX_POLICY', policyName: 'first' },
      { policyType: 'FIELD_INDEX_POLICY', policyName: 'second' },
    ]);
    expect(requests.map(({ body }) => body)).toContainEqual({
      queryDefinitionNamePrefix: 'Cortex/prod/',
      nextToken: 'more',
    });
  });

  it('asks its pace before each try, and tells how it went', async () => {
    const told: string[] = [];
    const throttled: Answer = { status: 400, body: { __type: 'ThrottlingException', message: 'slow down' } };
    const pace = {
      before: (operation: string) => Promise.resolve(void told.push(operation)),
      after: (_: string, outcome: string) => void told.push(outcome),
    };
    const { client } = await serve((_, count) => (count === 1 ? throttled : ok), { pace });
    await client.putRetentionPolicy('prod', 30);
    expect(told).toEqual(['PutRetentionPolicy', 'Throttled', 'PutRetentionPolicy', 'Other']);
  });

  it('names the account in a missing right as soon as an ARN told it', async () => {
    const { client } = await serve(({ operation }) =>
      operation === 'DescribeLogGroups'
        ? { status: 200, body: { logGroups: [{ logGroupName: 'prod', logGroupArn: arn }] } }
        : { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } },
    );
    expect((await failureOf(client.putRetentionPolicy('prod', 30))).resource).toBe(
      'arn:aws:logs:eu-west-1:*:log-group:prod:*',
    );
    await client.describeLogGroups({ logGroupNamePrefix: 'prod' });
    expect((await failureOf(client.putRetentionPolicy('prod', 30))).resource).toBe(`${arn}:*`);
  });

  it.each([
    { type: 'ResourceAlreadyExistsException', status: 400, kind: 'AlreadyExists' },
    { type: 'InvalidParameterException', status: 400, kind: 'Invalid' },
    { type: 'OperationAbortedException', status: 400, kind: 'Aborted' },
    { type: 'ExpiredTokenException', status: 400, kind: 'CredentialsExpired' },
    { type: 'AccessDeniedException', status: 400, kind: 'AccessDenied' },
  ])('tells $type as $kind, after one try', async ({ type, status, kind }) => {
    const { client, requests } = await serve(() => ({ status, body: { __type: type, message: 'boom' } }));
    expect(await failureOf(client.createLogGroup({ logGroupName: 'prod', tags: {} }))).toMatchObject({
      kind,
    });
    expect(requests).toHaveLength(1);
  });

  it('tries a throttled call again, a bounded number of times', async () => {
    const throttled: Answer = { status: 400, body: { __type: 'ThrottlingException', message: 'slow down' } };
    const once = await serve((_, count) => (count === 1 ? throttled : ok));
    await once.client.putRetentionPolicy('prod', 30);
    expect(once.requests).toHaveLength(2);
    const always = await serve(() => throttled, { maxAttempts: 2 });
    expect((await failureOf(always.client.putRetentionPolicy('prod', 30))).kind).toBe('Throttled');
    expect(always.requests).toHaveLength(2);
  });

  it('waits no longer than it was told for an answer that does not come', async () => {
    const { client } = await serve(() => 'hang', { requestTimeoutMs: 100, maxAttempts: 1 });
    expect(await failureOf(client.putRetentionPolicy('prod', 30))).toMatchObject({
      kind: 'Unreachable',
      message: 'ETIMEDOUT',
    });
  });

  it.each([
    { name: 'a connection that is cut', answer: 'cut' as const, kind: 'Unreachable' },
    { name: 'a 503', answer: { status: 503, body: {} }, kind: 'Unavailable' },
  ])('tells $name apart from a refusal', async ({ answer, kind }) => {
    const { client } = await serve(() => answer, { maxAttempts: 1 });
    expect((await failureOf(client.putRetentionPolicy('prod', 30))).kind).toBe(kind);
  });

  it('tells that nobody listens', async () => {
    const client = createLogsClient({
      region: 'eu-west-1',
      endpointUrl: 'http://127.0.0.1:9',
      credentials,
      maxAttempts: 1,
    });
    clients.push(client);
    expect(await failureOf(client.putRetentionPolicy('prod', 30))).toMatchObject({
      kind: 'Unreachable',
      message: 'ECONNREFUSED',
    });
  });
});
