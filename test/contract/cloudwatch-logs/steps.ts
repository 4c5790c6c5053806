/** Steps that many cases share. */
import type { Memory, Step } from './contract-case.ts';

export const group = 'my-cluster';
export const stream = 'api/ml/RealtimeAPI/text-generator/text-generator-6c9-x2x/api';
export const arn = `arn:aws:logs:eu-west-1:000000000000:log-group:${group}`;

export const createGroup: Step = { call: 'CreateLogGroup', with: { logGroupName: group }, gives: {} };
export const createStream: Step = {
  call: 'CreateLogStream',
  with: { logGroupName: group, logStreamName: stream },
  gives: {},
};
export const withStream = [createGroup, createStream];

/** Events by their age in ms and their message, in that order. */
export function events(memory: Memory, ...aged: readonly (readonly [ageMs: number, message: string])[]) {
  return aged.map(([ageMs, message]) => ({ timestamp: memory.now - ageMs, message }));
}

export function put(
  aged: readonly (readonly [ageMs: number, message: string])[],
  expected: Partial<Step> = {},
  logStreamName = stream,
): Step {
  return {
    call: 'PutLogEvents',
    with: (memory) => ({ logGroupName: group, logStreamName, logEvents: events(memory, ...aged) }),
    ...expected,
  };
}

/** Starts the query over the last day and asks until it is over. */
export function query(
  queryString: string,
  expected: Partial<Step>,
  options: Record<string, unknown> = {},
): Step[] {
  return [
    {
      call: 'StartQuery',
      with: ({ now }) => ({
        logGroupName: group,
        startTime: now / 1_000 - 86_400,
        endTime: now / 1_000 + 1,
        queryString,
        ...options,
      }),
      saves: { queryId: 'queryId' },
    },
    {
      call: 'GetQueryResults',
      with: ({ queryId }) => ({ queryId }),
      until: ({ status }) => status === 'Complete' || status === 'Failed',
      ...expected,
    },
  ];
}

/** A row of an event, which ends in its pointer. */
export function expectRow(fields: readonly { field: string; value: string }[]) {
  return [...fields, { field: '@ptr', value: anyText }];
}

/** Stands for any string in an expectation. */
export const anyText = {
  asymmetricMatch: (value: unknown) => typeof value === 'string',
  toString: () => 'anyText',
};
/** Stands for any whole number. */
export const anyNumber = { asymmetricMatch: Number.isInteger, toString: () => 'anyNumber' };

/** Stands for a structure without this member. */
export const lacking = (member: string) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'object' && value !== null && !(member in value),
  toString: () => `a structure without ${member}`,
});

/** The whole description of the group as it is after its creation, but for what is given. */
export function describedGroup(differing: Record<string, unknown> = {}) {
  const described = {
    logGroupName: group,
    creationTime: anyNumber,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
    deletionProtectionEnabled: false,
    ...differing,
  };
  return { call: 'DescribeLogGroups', with: {}, gives: { logGroups: [described] } } satisfies Step;
}
