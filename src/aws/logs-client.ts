/** CloudWatch Logs through the AWS SDK. Decides nothing: one method a call, failures as `AwsFailure`. */
import type { CloudWatchLogsClient, LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { parseArn } from '../kernel/aws-arn.ts';
import { toAwsFailure } from './aws-errors.ts';
import type * as sdkModule from './sdk.ts';

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
}

export interface LogGroupDescription {
  readonly logGroupName: string;
  /** Without the trailing `:*`. */
  readonly logGroupArn: string;
  readonly logGroupClass: string;
  readonly retentionInDays?: number;
  /** Present while an account-level policy decides the retention. */
  readonly retentionPolicyName?: string;
  readonly kmsKeyId?: string;
}

export interface NewLogGroup {
  readonly logGroupName: string;
  readonly logGroupClass?: string;
  readonly kmsKeyId?: string;
  readonly tags: Readonly<Record<string, string>>;
}

type Sdk = typeof sdkModule;
type Send<Result> = (client: CloudWatchLogsClient, sdk: Sdk) => Promise<Result>;

export class LogsClient {
  readonly #options: LogsClientOptions;
  #connected: Promise<{ readonly sdk: Sdk; readonly client: CloudWatchLogsClient }> | undefined;
  #account: string | undefined;

  constructor(options: LogsClientOptions) {
    this.#options = options;
  }

  /** One page of the groups whose names begin with the prefix, neighbours included. */
  async describeLogGroups(request: {
    readonly logGroupNamePrefix: string;
    readonly nextToken?: string;
  }): Promise<{
    readonly logGroups: readonly LogGroupDescription[];
    readonly nextToken?: string;
  }> {
    return this.#call('DescribeLogGroups', undefined, async (client, sdk) => {
      const { logGroups = [], nextToken } = await client.send(
        new sdk.DescribeLogGroupsCommand({ ...request, limit: 50 }),
      );
      const described = logGroups.map(describe);
      this.#account ??= described.map(({ logGroupArn }) => parseArn(logGroupArn).account).find(Boolean);
      return { logGroups: described, ...(nextToken === undefined ? {} : { nextToken }) };
    });
  }

  async listTags(logGroupArn: string): Promise<Readonly<Record<string, string>>> {
    return this.#call('ListTagsForResource', nameOf(logGroupArn), async (client, sdk) => {
      const { tags } = await client.send(new sdk.ListTagsForResourceCommand({ resourceArn: logGroupArn }));
      return tags ?? {};
    });
  }

  async createLogGroup({ logGroupName, logGroupClass, kmsKeyId, tags }: NewLogGroup): Promise<void> {
    await this.#call('CreateLogGroup', logGroupName, (client, sdk) =>
      client.send(
        new sdk.CreateLogGroupCommand({
          logGroupName,
          tags,
          ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
          ...(logGroupClass === undefined
            ? {}
            : { logGroupClass: logGroupClass as NonNullable<LogGroup['logGroupClass']> }),
        }),
      ),
    );
  }

  async putRetentionPolicy(logGroupName: string, retentionInDays: number): Promise<void> {
    await this.#call('PutRetentionPolicy', logGroupName, (client, sdk) =>
      client.send(new sdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays })),
    );
  }

  /** Adds and changes tags; those not named stay. */
  async tagResource(logGroupArn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.#call('TagResource', nameOf(logGroupArn), (client, sdk) =>
      client.send(new sdk.TagResourceCommand({ resourceArn: logGroupArn, tags })),
    );
  }

  async untagResource(logGroupArn: string, tagKeys: readonly string[]): Promise<void> {
    await this.#call('UntagResource', nameOf(logGroupArn), (client, sdk) =>
      client.send(new sdk.UntagResourceCommand({ resourceArn: logGroupArn, tagKeys: [...tagKeys] })),
    );
  }

  async associateKmsKey(logGroupName: string, kmsKeyId: string): Promise<void> {
    await this.#call('AssociateKmsKey', logGroupName, (client, sdk) =>
      client.send(new sdk.AssociateKmsKeyCommand({ logGroupName, kmsKeyId })),
    );
  }

  async disassociateKmsKey(logGroupName: string): Promise<void> {
    await this.#call('DisassociateKmsKey', logGroupName, (client, sdk) =>
      client.send(new sdk.DisassociateKmsKeyCommand({ logGroupName })),
    );
  }

  /** Closes the connections; calls under way fail. */
  async close(): Promise<void> {
    const connected = await this.#connected;
    connected?.client.destroy();
  }

  async #call<Result>(
    operation: string,
    logGroupName: string | undefined,
    send: Send<Result>,
  ): Promise<Result> {
    const { sdk, client } = await (this.#connected ??= connect(this.#options));
    try {
      return await send(client, sdk);
    } catch (error) {
      throw toAwsFailure(error, {
        operation,
        region: this.#options.region,
        ...(logGroupName === undefined ? {} : { logGroupName }),
        ...(this.#account === undefined ? {} : { account: this.#account }),
      });
    }
  }
}

/** No call is made and nothing of the SDK is loaded before the first method is called. */
export function createLogsClient(options: LogsClientOptions): LogsClient {
  return new LogsClient(options);
}

async function connect(options: LogsClientOptions): Promise<{ sdk: Sdk; client: CloudWatchLogsClient }> {
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
  return { sdk, client };
}

function describe(group: LogGroup): LogGroupDescription {
  const { logGroupName = '', arn = '', logGroupArn, logGroupClass = 'STANDARD' } = group;
  const { retentionInDays, retentionPolicyName, kmsKeyId } = group;
  return {
    logGroupName,
    // Regions that are behind answer with the older `arn` alone, which ends in `:*`.
    logGroupArn: logGroupArn ?? arn.replace(/:\*$/, ''),
    logGroupClass,
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
    ...(retentionPolicyName === undefined ? {} : { retentionPolicyName }),
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  };
}

function nameOf(logGroupArn: string): string {
  return logGroupArn.split(':').slice(6).join(':');
}
