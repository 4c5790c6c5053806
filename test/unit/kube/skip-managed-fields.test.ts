import { describe, expect, it } from '@jest/globals';
import { skipManagedFields } from '../../../src/kube/skip-managed-fields.ts';

const others = {
  manager: 'kube-controller-manager',
  operation: 'Update',
  fieldsV1: { 'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"x"}': {} }, 'f:labels': {} } },
};
const ours = {
  manager: 'cortex-logging',
  operation: 'Update',
  fieldsV1: { 'f:metadata': { 'f:labels': { 'f:apiName': {} } } },
};
const kubelet = { manager: 'kubelet', operation: 'Update', fieldsV1: {}, subresource: 'status' };
const owned = { name: 'pod-1', labels: { app: 'a' }, ownerReferences: [{ kind: 'Job', name: 'run' }] };

const lineOf = (metadata: object, after: object = {}) =>
  JSON.stringify({ type: 'MODIFIED', object: { kind: 'PartialObjectMetadata', metadata, ...after } });
const readOf = (line: string) =>
  (JSON.parse(skipManagedFields(line, 'cortex-logging')) as { object: { metadata: object } }).object.metadata;

describe('What is read of managedFields', () => {
  it.each<readonly [string, readonly object[], readonly object[] | undefined]>([
    ['nothing, where nobody else than others wrote', [others, kubelet], undefined],
    ['our own entry, where it is the last', [others, ours], [ours]],
    ['our own entry and those behind it', [others, ours, kubelet], [ours, kubelet]],
    ['all, where ours is the first', [ours, others], [ours, others]],
    ['all, where ours is the only one', [ours], [ours]],
  ])('%s', (_, managedFields, expected) => {
    const read = readOf(lineOf({ ...owned, managedFields }));
    expect(read).toEqual(expected === undefined ? owned : { ...owned, managedFields: expected });
  });
});

describe('A line stays as it is', () => {
  it.each([
    ['without managedFields', lineOf(owned)],
    ['with none of them', lineOf({ ...owned, managedFields: [] })],
    ['with something behind the metadata', lineOf({ ...owned, managedFields: [others] }, { spec: {} })],
    ['with owners behind managedFields', lineOf({ managedFields: [others], ...owned })],
    [
      'with finalizers behind managedFields',
      lineOf({ managedFields: [others], finalizers: ['example.com/a'] }),
    ],
    ['that is cut', lineOf({ ...owned, managedFields: [others] }).slice(0, -1)],
  ])('%s', (_, line) => {
    expect(skipManagedFields(line, 'cortex-logging')).toBe(line);
  });
});

describe('Text that a user wrote into an annotation', () => {
  it.each([
    [',"managedFields":[{"manager":"cortex-logging",', [others]],
    ['{"manager":"cortex-logging","operation":"Update"}]}}}', [others, kubelet]],
  ])('%s is not taken for the structure around it', (text, managedFields) => {
    const metadata = { ...owned, annotations: { note: text } };
    expect(readOf(lineOf({ ...metadata, managedFields }))).toEqual(metadata);
  });
});
