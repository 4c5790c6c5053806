import { describe, expect, it } from '@jest/globals';
import { desiredQueries } from '../../../src/log-groups/saved-query.ts';

const queryOf = (name: string, logGroupClass = 'STANDARD') =>
  desiredQueries('my-cluster', logGroupClass).find((query) => query.name === name);

describe('the saved queries', () => {
  it('are those of the users, with placeholders in place of values and their quotes', () => {
    expect(queryOf('Cortex/my-cluster/RealtimeAPI')).toEqual({
      name: 'Cortex/my-cluster/RealtimeAPI',
      logGroupNames: ['my-cluster'],
      parameters: [{ name: 'apiName', description: expect.stringContaining('in double quotes') }],
      queryString: [
        'fields @timestamp, message',
        '| filter labels.apiName={{apiName}}',
        '| filter labels.apiKind="RealtimeAPI"',
        '| sort @timestamp asc',
        '| limit 1000',
      ].join('\n'),
    });
    expect(queryOf('Cortex/my-cluster/TaskAPI')?.queryString).toContain('| filter labels.jobID={{jobID}}\n');
  });

  it.each(['STANDARD', 'INFREQUENT_ACCESS'])(
    'of class %s have just the parameters that are in their text',
    (logGroupClass) => {
      // AWS refuses a parameter without its placeholder.
      for (const { queryString, parameters } of desiredQueries('my-cluster', logGroupClass)) {
        const placeholders = [...queryString.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
        expect(placeholders.sort()).toEqual(parameters.map(({ name }) => name).sort());
      }
    },
  );

  it('have names of at most 255 characters, and different ones for different groups', () => {
    const long = 'g'.repeat(511);
    const names = ['a', 'b', '']
      .flatMap((end) => desiredQueries(`${long}${end}`, 'STANDARD'))
      .map(({ name }) => name);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(255);
    expect(new Set(names).size).toBe(12);
  });
});
