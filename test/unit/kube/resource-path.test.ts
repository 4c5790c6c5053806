import { describe, expect, it } from '@jest/globals';
import { pathWithQuery, resourcePath } from '../../../src/kube/resource-path.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const deployments = { group: 'apps', version: 'v1', resource: 'deployments' };

describe('the path of a resource', () => {
  it.each([
    ['a list of the core group over all namespaces', pods, '/api/v1/pods'],
    ['a list in a namespace', { ...pods, namespace: 'ml' }, '/api/v1/namespaces/ml/pods'],
    ['an object', { ...pods, namespace: 'ml', name: 'a' }, '/api/v1/namespaces/ml/pods/a'],
    [
      'an object of another group',
      { ...deployments, namespace: 'ml', name: 'a' },
      '/apis/apps/v1/namespaces/ml/deployments/a',
    ],
    [
      'a subresource of a cluster-scoped object',
      {
        group: 'cortex.dev',
        version: 'v1alpha1',
        resource: 'loggroups',
        name: 'default',
        subresource: 'status',
      },
      '/apis/cortex.dev/v1alpha1/loggroups/default/status',
    ],
    [
      'an empty namespace, as of cluster-scoped objects',
      { ...pods, namespace: '', name: 'a' },
      '/api/v1/pods/a',
    ],
    [
      'a name that tries to climb',
      { ...pods, namespace: 'ml', name: '../../x' },
      '/api/v1/namespaces/ml/pods/..%2F..%2Fx',
    ],
    ['a name of two dots', { ...pods, namespace: 'ml', name: '..' }, '/api/v1/namespaces/ml/pods/%2E%2E'],
    [
      'a name with a query',
      { ...pods, namespace: 'ml', name: 'a?b#c' },
      '/api/v1/namespaces/ml/pods/a%3Fb%23c',
    ],
  ])('of %s', (_, target, path) => {
    expect(resourcePath(target)).toBe(path);
  });
});

describe('a query', () => {
  it('is escaped, and leaves out what is undefined', () => {
    const query = { limit: 500, continue: undefined, labelSelector: 'a in (b, c)', watch: true };
    expect(pathWithQuery('/p', query)).toBe('/p?limit=500&labelSelector=a%20in%20(b%2C%20c)&watch=true');
  });

  it('without parameters leaves the path as it is', () => {
    expect(pathWithQuery('/p', { continue: undefined })).toBe('/p');
    expect(pathWithQuery('/p', undefined)).toBe('/p');
  });
});
