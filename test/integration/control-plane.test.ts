import { describe, expect, it } from '@jest/globals';
import { controlPlane } from '../support/shared-control-plane.ts';

describe('the shared control plane', () => {
  it('answers', async () => {
    expect(await controlPlane().admin.request('GET', '/readyz')).toBe('ok');
    expect(await controlPlane().newNamespace()).toMatch(/^test-/);
  });
});
