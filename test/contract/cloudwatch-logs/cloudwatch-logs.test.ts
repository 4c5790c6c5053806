import { afterEach, describe, it } from '@jest/globals';
import { startTwin } from '../../../src/twin/start-twin.ts';
import { accountPolicies } from './cases/account-policies.ts';
import { getAndFilter } from './cases/get-and-filter.ts';
import { indexPolicies } from './cases/index-policies.ts';
import { logGroups } from './cases/log-groups.ts';
import { logStreams } from './cases/log-streams.ts';
import { putLogEvents } from './cases/put-log-events.ts';
import { queryDefinitions } from './cases/query-definitions.ts';
import { queries } from './cases/queries.ts';
import { malformedQueries } from './cases/malformed-queries.ts';
import { retention } from './cases/retention.ts';
import { tagsAndKeys } from './cases/tags-and-keys.ts';
import type { ContractCase, Witness } from './contract-case.ts';
import { javascriptSdkWitness } from './javascript-sdk-witness.ts';
import { runCase } from './run-case.ts';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** Each case gets a service that nobody has used. More witnesses are more rows. */
const witnesses: readonly { name: string; start: () => Promise<Witness> }[] = [
  {
    name: 'the twin through the SDK for JavaScript',
    start: async () => {
      const twin = await startTwin();
      closings.push(() => twin.close());
      const witness = javascriptSdkWitness(twin.httpEndpoint);
      closings.push(() => witness.close());
      return witness;
    },
  },
];

const suites: Readonly<Record<string, readonly ContractCase[]>> = {
  'log groups': logGroups,
  retention,
  'account policies': accountPolicies,
  'index policies': indexPolicies,
  'query definitions': queryDefinitions,
  'tags and KMS keys': tagsAndKeys,
  'log streams': logStreams,
  PutLogEvents: putLogEvents,
  'GetLogEvents and FilterLogEvents': getAndFilter,
  'Insights queries': queries,
  'malformed queries': malformedQueries,
};

describe.each(witnesses)('CloudWatch Logs: $name', ({ start }) => {
  describe.each(Object.entries(suites))('%s', (_, cases) => {
    it.each(cases)('$name', async (one) => runCase(await start(), one));
  });
});
