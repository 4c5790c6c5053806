import { describe, expect, it } from '@jest/globals';
import {
  escapePointer,
  patchOf,
  renderAllowed,
  renderVerdict,
} from '../../../src/admission/render-response.ts';
import { aReview, labelsAfter, type AdmissionAnswer } from '../../support/build-reviews.ts';

const answerTo = (...args: Parameters<typeof renderVerdict>) =>
  JSON.parse(renderVerdict(...args)) as AdmissionAnswer;

describe('an answer', () => {
  it('echoes the uid and the version, and allows', () => {
    expect(JSON.parse(renderAllowed('u-1'))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true },
    });
  });

  it('has no patch where nothing changes', () => {
    expect(answerTo(aReview(), {}).response).toEqual({ uid: 'review-1', allowed: true });
  });

  it('has a patch in base64, and warnings', () => {
    const change = { apiName: 'a', apiKind: 'RealtimeAPI' };
    const { response } = answerTo(aReview(), { change, warnings: ['w'] });
    expect(response).toMatchObject({ allowed: true, patchType: 'JSONPatch', warnings: ['w'] });
    expect(response.patch).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });

  it('refuses with a status for people, and with no patch', () => {
    expect(answerTo(aReview(), { refusal: 'no' }).response).toEqual({
      uid: 'review-1',
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: 'no' },
    });
  });
});

describe('the patch', () => {
  it.each([
    ['adds to labels that are there', { app: 'a' }, true, { apiName: 'n' }, { app: 'a', apiName: 'n' }],
    ['adds to an empty map', {}, true, { apiName: 'n' }, { apiName: 'n' }],
    ['adds the map where there is none', {}, false, { apiName: 'n', jobID: null }, { apiName: 'n' }],
    ['replaces', { apiName: 'x' }, true, { apiName: 'n' }, { apiName: 'n' }],
    ['removes', { apiName: 'x', jobID: 'j' }, true, { apiName: 'x', jobID: null }, { apiName: 'x' }],
    ['does not remove what is not there', { app: 'a' }, true, { jobID: null }, { app: 'a' }],
    [
      'does all at once',
      { apiName: 'x', jobID: 'j' },
      true,
      { apiName: 'n', apiKind: 'k', jobID: null },
      { apiName: 'n', apiKind: 'k' },
    ],
  ])('%s', (_sentence, labels, hasLabels, change, expected) => {
    const answer = answerTo(aReview({ labels: labels, hasLabels }), { change });
    expect(labelsAfter(hasLabels ? (labels as Record<string, string>) : undefined, answer)).toEqual(expected);
  });

  it('of a pod without labels that takes something away is none', () => {
    expect(patchOf({ labels: {}, hasLabels: false }, { jobID: null })).toEqual([]);
  });

  it('escapes what would be read as a path', () => {
    expect(escapePointer('a/b~c')).toBe('a~1b~0c');
  });
});
