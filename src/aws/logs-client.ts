/** CloudWatch Logs through the AWS SDK. Decides nothing: one method an operation, failures as `AwsFailure`. */
import type { CloudWatchLogsClient, LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { parseArn } from '../kernel/aws-arn.ts';
import { toAwsFailure } from './aws-errors.ts';
import { connect, type Connected, type LogsClientOptions, type Sdk } from './connect.ts';
import {
  readAccountPolicy,
  readIndexPolicy,
  readLogGroup,
  readQuery,
  type IndexPolicyDescription,
  type LogGroupDescription,
  type QueryDescription,
} from './read-answers.ts';

export interface NewLogGroup {
  readonly logGroupName: string;
  readonly logGroupClass?: string;
  readonly kmsKeyId?: string;
  readonly deletionProtectionEnabled?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface QueryToSave extends Omit<QueryDescription, 'queryDefinitionId'> {
  /** Of the one to change; without it a new one is made. */
  readonly queryDefinitionId?: string;
  /** 36 to 128 characters; CloudWatch does the same once for one token. */
  readonly clientToken?: string;
}

interface AccountPolicyDescription<Type> extends ReturnType<typeof readAccountPolicy> {
  readonly policyType: Type;
}

type Send<Result> = (client: CloudWatchLogsClient, sdk: Sdk) => Promise<Result>;

export class LogsClient {
  readonly #options: LogsClientOptions;
  #connected: Promise<Connected> | undefined;
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
      const described = logGroups.map(readLogGroup);
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

  /** The policy of the group or, where it has none, of the account for it. */
  async describeIndexPolicies(logGroupName: string): Promise<readonly IndexPolicyDescription[]> {
    return this.#call('DescribeIndexPolicies', logGroupName, async (client, sdk) => {
      const { indexPolicies = [] } = await client.send(
        new sdk.DescribeIndexPoliciesCommand({ logGroupIdentifiers: [logGroupName] }),
      );
      return indexPolicies.map(readIndexPolicy);
    });
  }

  /** All saved queries whose names begin with the prefix. */
  async describeQueryDefinitions(queryDefinitionNamePrefix: string): Promise<readonly QueryDescription[]> {
    return this.#call('DescribeQueryDefinitions', undefined, (client, sdk) =>
      everyPage(async (nextToken) => {
        const { queryDefinitions = [], ...page } = await client.send(
          new sdk.DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix, ...nextToken }),
        );
        return { items: queryDefinitions.map(readQuery), nextToken: page.nextToken };
      }),
    );
  }

  async describeAccountPolicies<Type extends 'FIELD_INDEX_POLICY' | 'DATA_PROTECTION_POLICY'>(
    policyType: Type,
  ): Promise<readonly AccountPolicyDescription<Type>[]> {
    return this.#call('DescribeAccountPolicies', undefined, (client, sdk) =>
      everyPage(async (nextToken) => {
        const { accountPolicies = [], ...page } = await client.send(
          new sdk.DescribeAccountPoliciesCommand({ policyType, ...nextToken }),
        );
        const items = accountPolicies.map((policy) => ({ policyType, ...readAccountPolicy(policy) }));
        return { items, nextToken: page.nextToken };
      }),
    );
  }

  async createLogGroup({ logGroupClass, tags, ...settings }: NewLogGroup): Promise<void> {
    await this.#call('CreateLogGroup', settings.logGroupName, (client, sdk) =>
      client.send(
        new sdk.CreateLogGroupCommand({
          ...settings,
          tags,
          ...(logGroupClass === undefined ? {} : { logGroupClass: logGroupClass as LogGroupClass }),
        }),
      ),
    );
  }

  /** With all its records. */
  async deleteLogGroup(logGroupName: string): Promise<void> {
    await this.#call('DeleteLogGroup', logGroupName, (client, sdk) =>
      client.send(new sdk.DeleteLogGroupCommand({ logGroupName })),
    );
  }

  async putRetentionPolicy(logGroupName: string, retentionInDays: number): Promise<void> {
    await this.#call('PutRetentionPolicy', logGroupName, (client, sdk) =>
      client.send(new sdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays })),
    );
  }

  async putDeletionProtection(logGroupName: string, deletionProtectionEnabled: boolean): Promise<void> {
    await this.#call('PutLogGroupDeletionProtection', logGroupName, (client, sdk) =>
      client.send(
        new sdk.PutLogGroupDeletionProtectionCommand({
          logGroupIdentifier: logGroupName,
          deletionProtectionEnabled,
        }),
      ),
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

  /** Replaces the group's policy, and takes the account's out of force for it. */
  async putIndexPolicy(logGroupName: string, policyDocument: string): Promise<void> {
    await this.#call('PutIndexPolicy', logGroupName, (client, sdk) =>
      client.send(new sdk.PutIndexPolicyCommand({ logGroupIdentifier: logGroupName, policyDocument })),
    );
  }

  async deleteIndexPolicy(logGroupName: string): Promise<void> {
    await this.#call('DeleteIndexPolicy', logGroupName, (client, sdk) =>
      client.send(new sdk.DeleteIndexPolicyCommand({ logGroupIdentifier: logGroupName })),
    );
  }

  async putQueryDefinition({ logGroupNames, parameters, ...query }: QueryToSave): Promise<void> {
    await this.#call('PutQueryDefinition', undefined, (client, sdk) =>
      client.send(
        new sdk.PutQueryDefinitionCommand({
          ...query,
          queryLanguage: 'CWLI',
          logGroupNames: [...logGroupNames],
          parameters: [...parameters],
        }),
      ),
    );
  }

  async deleteQueryDefinition(queryDefinitionId: string): Promise<void> {
    await this.#call('DeleteQueryDefinition', undefined, (client, sdk) =>
      client.send(new sdk.DeleteQueryDefinitionCommand({ queryDefinitionId })),
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

type Token = { readonly nextToken?: string };

async function everyPage<Item>(
  read: (
    token: Token,
  ) => Promise<{ readonly items: readonly Item[]; readonly nextToken: string | undefined }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: Token | undefined = {};
  while (token) {
    const page: Awaited<ReturnType<typeof read>> = await read(token);
    items.push(...page.items);
    token = page.nextToken === undefined ? undefined : { nextToken: page.nextToken };
  }
  return items;
}

function nameOf(logGroupArn: string): string {
  return logGroupArn.split(':').slice(6).join(':');
}
