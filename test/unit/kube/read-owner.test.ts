import { describe, expect, it } from '@jest/globals';
import { OwnerReader } from '../../../src/kube/read-owner.ts';
import { errorOfReply } from '../../../src/kube/translate-failure.ts';

const kind = { group: 'kubeflow.org', version: 'v1', resource: 'mpijobs' };

/** As kube-apiserver 1.36 answers. */
const missing = {
  kind: 'Status',
  status: 'Failure',
  message: 'mpijobs.kubeflow.org "train" not found',
  reason: 'NotFound',
  details: { name: 'train', group: 'kubeflow.org', kind: 'mpijobs' },
  code: 404,
};

function answering(status: number, body: string): OwnerReader {
  return new OwnerReader({
    request: ({ method, path }) =>
      Promise.reject(errorOfReply({ method, path }, { status, headers: {}, body }, 0)),
  });
}

describe('an owner that is read', () => {
  it.each([
    ['an object that is missing is no object', JSON.stringify(missing), undefined],
    ['a version that is not served is no kind', '404 page not found\n', 'no-such-kind'],
  ])('%s', async (_name, body, expected) => {
    expect(await answering(404, body).readOwner(kind, 'ml', 'train')).toBe(expected);
  });

  it('is not known where the API server refuses', async () => {
    await expect(answering(403, '').readOwner(kind, 'ml', 'train')).rejects.toThrow('403 Forbidden');
  });
});
