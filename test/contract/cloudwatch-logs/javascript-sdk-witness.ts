/** What answers as CloudWatch Logs does, seen through the AWS SDK for JavaScript. */
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Outcome, Witness } from './contract-case.ts';

type Command = Parameters<sdk.CloudWatchLogsClient['send']>[0];
type Input = Record<string, unknown>;
const commands = sdk as unknown as Record<string, new (input: Input) => Command>;

export interface ClosableWitness extends Witness {
  close(): void;
}

export function javascriptSdkWitness(endpoint: string): ClosableWitness {
  const client = openClient(endpoint);
  const tail = new LiveTail(openClient(endpoint));
  const send = async (operation: string, input: Input): Promise<Input> => {
    if (operation === 'StartLiveTail') return tail.start(input);
    if (operation === 'LiveTailUpdate') return { ...(await tail.next()).sessionUpdate };
    if (operation === 'StopLiveTail') return tail.stop();
    const create = commands[`${operation}Command`]!;
    const output = (await client.send(new create(input))) as unknown as Input;
    delete output['$metadata'];
    return output;
  };
  return {
    close: () => {
      client.destroy();
      tail.stop();
    },
    async call(operation, input): Promise<Outcome> {
      try {
        return { output: await send(operation, input) };
      } catch (error) {
        if (!(error instanceof sdk.CloudWatchLogsServiceException)) throw error;
        const members = Object.fromEntries(Object.entries(error));
        return { refused: { ...members, name: error.name, message: error.message } };
      }
    },
  };
}

function openClient(endpoint: string): sdk.CloudWatchLogsClient {
  return new sdk.CloudWatchLogsClient({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    // Hosts of one's own have no name for each operation.
    disableHostPrefix: true,
  });
}

/** A session, with a client of its own: the end of the stream does not end its connection, the client's end does. */
class LiveTail {
  readonly #client: sdk.CloudWatchLogsClient;
  #events: AsyncIterator<sdk.StartLiveTailResponseStream> | undefined;

  constructor(client: sdk.CloudWatchLogsClient) {
    this.#client = client;
  }

  async start(input: Input): Promise<Input> {
    const command = new sdk.StartLiveTailCommand(input as unknown as sdk.StartLiveTailCommandInput);
    const { responseStream } = await this.#client.send(command);
    this.#events = responseStream?.[Symbol.asyncIterator]();
    return { ...(await this.next()).sessionStart };
  }

  async next(): Promise<sdk.StartLiveTailResponseStream> {
    const next = await this.#events?.next();
    if (next?.done !== false) throw new Error('The Live Tail session has ended.');
    return next.value;
  }

  stop(): Input {
    this.#client.destroy();
    return {};
  }
}
