import { describe, expect, it } from '@jest/globals';
import { identityPrefix, jobsPrefix, logStreamName } from '../../../src/kernel/log-stream-name.ts';

const source = { namespace: 'ml', pod: 'p-1', container: 'api' };

describe('logStreamName', () => {
  it.each([
    [
      'a pod of a realtime API',
      { apiKind: 'RealtimeAPI', apiName: 'text' },
      'api/ml/RealtimeAPI/text/p-1/api',
    ],
    [
      'a pod of a job',
      { apiKind: 'BatchAPI', apiName: 'classifier', jobID: 'j1' },
      'job/ml/BatchAPI/classifier/j1/p-1/api',
    ],
    ['a pod of nobody', undefined, 'pod/ml/p-1/api'],
  ] as const)('%s', (_name, identity, expected) => {
    expect(logStreamName(source, identity)).toBe(expected);
  });

  it('is never longer than 512 characters, and keeps long names apart', () => {
    const names = ['a', 'b'].map((end) =>
      logStreamName(
        { ...source, pod: 'x'.repeat(600) + end },
        { apiKind: 'BatchAPI', apiName: 'n'.repeat(63), jobID: 'j'.repeat(63) },
      ),
    );
    expect(names.map(({ length }) => length)).toEqual([512, 512]);
    expect(names[0]).not.toBe(names[1]);
    expect(names[0]).toMatch(/\/api$/);
  });

  it('reads one API by a prefix that no other name begins with', () => {
    const prefix = identityPrefix('ml', { apiKind: 'RealtimeAPI', apiName: 'text' });
    expect(
      logStreamName(source, { apiKind: 'RealtimeAPI', apiName: 'text-generator' }).startsWith(prefix),
    ).toBe(false);
    expect(logStreamName(source, { apiKind: 'RealtimeAPI', apiName: 'text' }).startsWith(prefix)).toBe(true);
  });

  it('reads all jobs of an API by one prefix', () => {
    const job = { apiKind: 'TaskAPI', apiName: 'train', jobID: 'j1' } as const;
    expect(logStreamName(source, job).startsWith(jobsPrefix('ml', 'TaskAPI', 'train'))).toBe(true);
  });
});
