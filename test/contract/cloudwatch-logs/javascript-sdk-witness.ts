/** The twin, seen through the AWS SDK for JavaScript. */
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Outcome, Witness } from './contract-case.ts';

type Command = Parameters<sdk.CloudWatchLogsClient['send']>[0];
const commands = sdk as unknown as Record<string, new (input: Record<string, unknown>) => Command>;

export interface ClosableWitness extends Witness {
  close(): void;
}

export function javascriptSdkWitness(endpoint: string): ClosableWitness {
  const client = new sdk.CloudWatchLogsClient({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    name: 'the twin through the SDK for JavaScript',
    close: () => client.destroy(),
    async call(operation, input): Promise<Outcome> {
      const create = commands[`${operation}Command`]!;
      try {
        const output = (await client.send(new create(input))) as unknown as Record<string, unknown>;
        delete output['$metadata'];
        return { output };
      } catch (error) {
        if (!(error instanceof sdk.CloudWatchLogsServiceException)) throw error;
        const members = Object.fromEntries(Object.entries(error));
        return { refused: { ...members, name: error.name, message: error.message } };
      }
    },
  };
}
