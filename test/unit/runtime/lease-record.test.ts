import { describe, expect, it } from '@jest/globals';
import {
  heldRecord,
  isSameRecord,
  type LeaseRecord,
  releasedRecord,
} from '../../../src/runtime/lease-record.ts';

const acquired = new Date('2026-01-01T00:00:00Z');
const now = new Date('2026-01-01T00:01:00Z');
const holder = { identity: 'a', leaseDurationMs: 15_000 };
const found: LeaseRecord = {
  holderIdentity: 'a',
  leaseDurationSeconds: 15,
  acquireTime: acquired,
  renewTime: acquired,
  leaseTransitions: 3,
  resourceVersion: '7',
};

describe('what a holder writes', () => {
  it('over no lease begins its history', () => {
    expect(heldRecord(undefined, holder, now)).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: 0,
    });
  });

  it('over its own lease renews it', () => {
    expect(heldRecord(found, holder, now)).toEqual({ ...found, renewTime: now });
  });

  it.each(['b', ''])('over a lease held by "%s" counts one transition', (holderIdentity) => {
    expect(heldRecord({ ...found, holderIdentity }, holder, now)).toEqual({
      ...found,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: 4,
    });
  });

  it('to give it back names nobody and lasts a second', () => {
    expect(releasedRecord(found, now)).toEqual({
      ...found,
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
    });
  });
});

describe('two readings of a lease', () => {
  it('are the same if nobody wrote between them', () => {
    expect(isSameRecord(found, { ...found, renewTime: new Date(found.renewTime) })).toBe(true);
  });

  const changes: Partial<LeaseRecord>[] = [
    { resourceVersion: '8' },
    { holderIdentity: 'b' },
    { leaseTransitions: 4 },
    { renewTime: now },
  ];
  it.each(changes)('differ by %j', (change) => {
    expect(isSameRecord(found, { ...found, ...change })).toBe(false);
  });
});
