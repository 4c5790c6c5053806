/** Speaks to a twin without an SDK, for what an SDK would never send. */
import { afterEach } from '@jest/globals';
import { startTwin, type Twin, type TwinOptions } from '../../../src/twin/start-twin.ts';

const twins: Twin[] = [];
afterEach(async () => {
  await Promise.all(twins.splice(0).map((twin) => twin.close()));
});

/** A twin that ends with the test. */
export async function openTwin(options: TwinOptions = {}): Promise<Twin> {
  const twin = await startTwin(options);
  twins.push(twin);
  return twin;
}

export function authorization({ accessKeyId = 'AKIATEST', region = 'eu-west-1', service = 'logs' } = {}) {
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261125/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

export interface Reply {
  readonly status: number;
  readonly requestId: string | null;
  readonly body: Record<string, unknown>;
}

export interface CallOptions {
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One call; `options` replace what a proper client would send, undefined headers are left out. */
export async function call(
  twin: Twin,
  operation: string,
  input: unknown = {},
  options: CallOptions = {},
): Promise<Reply> {
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `Logs_20140328.${operation}`,
    authorization: authorization(),
    ...options.headers,
  };
  const sent = Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined);
  const response = await fetch(`${twin.httpEndpoint}/`, {
    method: 'POST',
    headers: Object.fromEntries(sent),
    body: options.body ?? JSON.stringify(input),
  });
  return {
    status: response.status,
    requestId: response.headers.get('x-amzn-requestid'),
    body: (await response.json()) as Record<string, unknown>,
  };
}
