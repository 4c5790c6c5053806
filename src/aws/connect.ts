/** One client of the SDK, set up so that no call waits for ever and none is made faster than it may be. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { toAwsFailure } from './aws-errors.ts';
import type * as sdkModule from './sdk.ts';

export type Sdk = typeof sdkModule;

/** Asked about each request, retries included, so that all calls together keep to what AWS allows. */
export interface Pace {
  /** Resolves when a request of this operation, such as `DescribeLogGroups`, may be sent. */
  before(operation: string): Promise<void>;
  after(operation: string, outcome: 'Throttled' | 'Other'): void;
}

export interface LogsClientOptions {
  readonly region: string;
  /** In place of AWS's own endpoint, such as a VPC endpoint or the twin. */
  readonly endpointUrl?: string;
  /** Default: the SDK's chain, which covers IRSA and EKS Pod Identity. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Until the answer is there; default 10 s. The SDK itself would wait for ever. */
  readonly requestTimeoutMs?: number;
  /** Tries of one call, the first included; default 3. Whoever calls retries further, with backoff. */
  readonly maxAttempts?: number;
  /** Default: as fast as they are asked for. */
  readonly pace?: Pace;
}

export interface Connected {
  readonly sdk: Sdk;
  readonly client: CloudWatchLogsClient;
}

export async function connect(options: LogsClientOptions): Promise<Connected> {
  const sdk = await import('./sdk.ts');
  const { region, endpointUrl, credentials, requestTimeoutMs = 10_000, maxAttempts = 3 } = options;
  const client = new sdk.CloudWatchLogsClient({
    region,
    maxAttempts,
    // Not adaptive: its client-side limiter makes one throttled call delay the others.
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  if (options.pace) keepPace(client, options.pace, region);
  return { sdk, client };
}

function keepPace(client: CloudWatchLogsClient, pace: Pace, region: string): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) => {
      const operation = commandName.replace(/Command$/, '');
      return async (request) => {
        await pace.before(operation);
        try {
          const answer = await next(request);
          pace.after(operation, 'Other');
          return answer;
        } catch (error) {
          const { kind } = toAwsFailure(error, { operation, region });
          pace.after(operation, kind === 'Throttled' ? 'Throttled' : 'Other');
          throw error;
        }
      };
    },
    // Innermost, so that each try of the SDK's own retries is counted.
    { step: 'finalizeRequest', priority: 'low', name: 'keepPace' },
  );
}
