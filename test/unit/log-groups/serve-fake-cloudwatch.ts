/** The fake behind HTTP, in CloudWatch's own protocol, so that the real SDK can talk to it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsFailure, type AwsFailureKind } from '../../../src/kernel/aws-failure.ts';
import type { FakeCloudWatch } from './fake-cloudwatch.ts';

interface Body {
  readonly logGroupName: string;
  readonly logGroupNamePrefix: string;
  readonly nextToken?: string;
  readonly resourceArn: string;
  readonly tags: Record<string, string>;
  readonly tagKeys: string[];
  readonly retentionInDays: number;
}

const operations: Readonly<Record<string, (cloudWatch: FakeCloudWatch, body: Body) => Promise<unknown>>> = {
  DescribeLogGroups: (cloudWatch, body) => cloudWatch.describeLogGroups(body),
  ListTagsForResource: async (cloudWatch, { resourceArn }) => ({
    tags: await cloudWatch.listTags(resourceArn),
  }),
  CreateLogGroup: (cloudWatch, body) => cloudWatch.createLogGroup(body),
  TagResource: (cloudWatch, { resourceArn, tags }) => cloudWatch.tagResource(resourceArn, tags),
  UntagResource: (cloudWatch, { resourceArn, tagKeys }) => cloudWatch.untagResource(resourceArn, tagKeys),
  PutRetentionPolicy: (cloudWatch, { logGroupName, retentionInDays }) =>
    cloudWatch.putRetentionPolicy(logGroupName, retentionInDays),
};

const exceptionOf: Readonly<Partial<Record<AwsFailureKind, string>>> = {
  AccessDenied: 'AccessDeniedException',
  AlreadyExists: 'ResourceAlreadyExistsException',
  Throttled: 'ThrottlingException',
  CredentialsExpired: 'ExpiredTokenException',
  Aborted: 'OperationAbortedException',
  NotFound: 'ResourceNotFoundException',
};

export interface Served {
  readonly endpointUrl: string;
  readonly close: () => void;
}

export async function serveFakeCloudWatch(cloudWatch: FakeCloudWatch): Promise<Served> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
      void answer(cloudWatch, operation, body).then(({ status, reply }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'r' });
        response.end(JSON.stringify(reply));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function answer(
  cloudWatch: FakeCloudWatch,
  operation: string,
  body: Body,
): Promise<{ status: number; reply: unknown }> {
  try {
    return { status: 200, reply: (await operations[operation]!(cloudWatch, body)) ?? {} };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return { status: 400, reply: { __type: exceptionOf[error.kind], message: error.message } };
  }
}
