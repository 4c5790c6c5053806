/** The spec of a coordination.k8s.io/v1 Lease. */
export interface LeaseRecord {
  /** Empty: nobody holds it. */
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: Date;
  readonly renewTime: Date;
  /** How often the holder changed. */
  readonly leaseTransitions: number;
  readonly resourceVersion?: string;
}

export interface Holder {
  readonly identity: string;
  readonly leaseDurationMs: number;
}

/** What `holder` writes over `found` (undefined: no lease yet) to acquire or renew it at `now`. */
export function heldRecord(found: LeaseRecord | undefined, holder: Holder, now: Date): LeaseRecord {
  const isOurs = found?.holderIdentity === holder.identity;
  return {
    holderIdentity: holder.identity,
    leaseDurationSeconds: Math.ceil(holder.leaseDurationMs / 1000),
    acquireTime: isOurs ? found.acquireTime : now,
    renewTime: now,
    leaseTransitions: found ? found.leaseTransitions + (isOurs ? 0 : 1) : 0,
    ...(found?.resourceVersion === undefined ? {} : { resourceVersion: found.resourceVersion }),
  };
}

/** What a holder writes to give the lease back, so that others need not wait: client-go's release. */
export function releasedRecord(held: LeaseRecord, now: Date): LeaseRecord {
  return { ...held, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
}

/** Whether nobody wrote between the two. */
export function isSameRecord(one: LeaseRecord, other: LeaseRecord): boolean {
  return (
    one.resourceVersion === other.resourceVersion &&
    one.holderIdentity === other.holderIdentity &&
    one.leaseTransitions === other.leaseTransitions &&
    one.renewTime.getTime() === other.renewTime.getTime()
  );
}
