import { describe, expect, it } from '@jest/globals';
import { parseReview } from '../../../src/admission/parse-review.ts';
import { aReview, reviewText } from '../../support/build-reviews.ts';

describe('a review of a pod', () => {
  it.each<[sentence: string, text: string, expected: object]>([
    [
      'that is created',
      reviewText({ metadata: { labels: { a: 'b' } } }),
      { labels: { a: 'b' }, hasLabels: true },
    ],
    ['without labels', reviewText(), { labels: {}, hasLabels: false }],
    ['whose labels are null', reviewText({ metadata: { labels: null } }), { labels: {}, hasLabels: false }],
    [
      'whose name is yet to be made',
      reviewText({ metadata: { name: undefined, generateName: 'pod-' } }),
      { name: '', labels: {}, hasLabels: false },
    ],
    [
      'that says another namespace than the request, which is the one that counts',
      reviewText({ metadata: { namespace: 'elsewhere' } }),
      { namespace: 'ml', labels: {}, hasLabels: false },
    ],
    [
      'that is changed, with the labels that it had',
      reviewText({ metadata: { labels: { a: 'c' } }, oldMetadata: { labels: { a: 'b' } } }),
      { labels: { a: 'c' }, oldLabels: { a: 'b' } },
    ],
    [
      'that is changed and had none',
      reviewText({ metadata: { labels: { a: 'c' } }, oldMetadata: {} }),
      { labels: { a: 'c' }, oldLabels: {} },
    ],
    [
      'with owners, of which one is its controller',
      reviewText({
        metadata: {
          ownerReferences: [
            { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: '1' },
            { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: '2', controller: true },
          ],
        },
      }),
      {
        labels: {},
        hasLabels: false,
        controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: '2', controller: true },
      },
    ],
    [
      'with an owner that lacks a name, which is none',
      reviewText({
        metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'A', uid: '1', controller: true }] },
      }),
      { labels: {}, hasLabels: false },
    ],
    [
      'that is terminating',
      reviewText({ metadata: { deletionTimestamp: '2026-11-25T00:00:00Z' }, oldMetadata: {} }),
      { labels: {}, hasLabels: false, oldLabels: {}, untouchable: true },
    ],
    [
      'that mirrors a static one',
      reviewText({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }),
      { labels: {}, hasLabels: false, untouchable: true },
    ],
  ])('%s', (_sentence, text, expected) => {
    expect(parseReview(text)).toEqual({ kind: 'pod', review: { ...aReview(), ...expected } });
  });
});

describe('not ours to judge, and let through, is', () => {
  it.each<[sentence: string, text: string]>([
    ['a deletion, which has no object', reviewText({ request: { operation: 'DELETE', object: null } })],
    ['a connection', reviewText({ request: { operation: 'CONNECT' } })],
    ['a binding', reviewText({ request: { subResource: 'binding' } })],
    [
      'an ephemeral container',
      reviewText({ request: { subResource: 'ephemeralcontainers' }, oldMetadata: {} }),
    ],
    ['a status', reviewText({ request: { subResource: 'status' }, oldMetadata: {} })],
    [
      'another resource',
      reviewText({ request: { resource: { group: '', version: 'v1', resource: 'nodes' } } }),
    ],
    ['another group', reviewText({ request: { resource: { group: 'x', version: 'v1', resource: 'pods' } } })],
    ['no resource', reviewText({ request: { resource: null } })],
  ])('%s', (_sentence, text) => {
    expect(parseReview(text)).toEqual({ kind: 'other', uid: 'review-1' });
  });
});

describe('malformed is', () => {
  it.each<[sentence: string, text: string, problem: RegExp]>([
    ['nothing', '', /not a JSON object/],
    ['half a review', reviewText().slice(0, 50), /not a JSON object/],
    ['a list', '[]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['another kind', reviewText({ review: { kind: 'Pod' } }), /not an AdmissionReview/],
    [
      'an old version',
      reviewText({ review: { apiVersion: 'admission.k8s.io/v1beta1' } }),
      /of admission.k8s.io\/v1$/,
    ],
    ['a response', reviewText({ review: { request: undefined, response: {} } }), /has no request/],
    ['a request without uid', reviewText({ request: { uid: '' } }), /has no uid/],
    ['a uid that is a number', reviewText({ request: { uid: 1 } }), /has no uid/],
    ['no object', reviewText({ request: { object: null } }), /no metadata/],
    ['metadata that is a list', reviewText({ request: { object: { metadata: [] } } }), /no metadata/],
    ['no namespace', reviewText({ request: { namespace: '' } }), /no namespace/],
    ['labels that are a text', reviewText({ metadata: { labels: 'a=b' } }), /not a map of texts/],
    ['a label that is a number', reviewText({ metadata: { labels: { a: 1 } } }), /not a map of texts/],
    ['an update without the old object', reviewText({ request: { operation: 'UPDATE' } }), /no old object/],
    ['an update of bad labels', reviewText({ oldMetadata: { labels: [] } }), /no old object with labels/],
  ])('%s', (_sentence, text, problem) => {
    const parsed = parseReview(text);
    expect(parsed).toEqual({ kind: 'malformed', problem: expect.stringMatching(problem) });
  });

  it('JSON of any depth, without an end of the stack', () => {
    const deep = `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    expect(parseReview(deep)).toMatchObject({ kind: 'malformed' });
  });
});
