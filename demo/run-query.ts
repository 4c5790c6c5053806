/** One Logs Insights query on the log group, from start to rows. */
import {
  GetQueryResultsCommand,
  StartQueryCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { waitFor } from '../test/control-plane/wait-for.ts';

export type Row = Readonly<Record<string, string>>;

export type RunQuery = (queryString: string, limit?: number) => Promise<readonly Row[]>;

const hourSeconds = 3600;
const finished = ['Complete', 'Failed', 'Cancelled', 'Timeout'];

/** The last hour, as a person would ask. */
export function queryRunner(client: CloudWatchLogsClient, logGroupName: string): RunQuery {
  return async (queryString, limit) => {
    const endTime = Math.ceil(Date.now() / 1000) + 1;
    const range = { startTime: endTime - hourSeconds, endTime };
    const { queryId } = await client.send(
      new StartQueryCommand({
        logGroupName,
        queryString,
        ...range,
        ...(limit === undefined ? {} : { limit }),
      }),
    );
    const answer = await waitFor(
      async () => {
        const results = await client.send(new GetQueryResultsCommand({ queryId }));
        return finished.includes(results.status ?? '') && results;
      },
      { describe: 'the query to finish', intervalMs: 20 },
    );
    if (answer.status !== 'Complete')
      throw new Error(`The query ended as ${answer.status ?? 'nothing'}: ${queryString}`);
    return (answer.results ?? []).map((fields) =>
      Object.fromEntries(fields.map(({ field = '', value = '' }) => [field, value])),
    );
  };
}
