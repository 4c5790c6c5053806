/** One coordination.k8s.io Lease, for leader election. */
import type { ObjectMeta } from '../kernel/object-meta.ts';
import { isConflict, isNotFound } from './kube-errors.ts';
import { resourcePath } from './resource-path.ts';
import type { KubeRequest } from './transport.ts';

interface LeaseTransport {
  request<T>(request: KubeRequest): Promise<T>;
}

export interface LeaseRecord {
  /** Empty: nobody holds it. */
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: Date;
  readonly renewTime: Date;
  readonly leaseTransitions: number;
  readonly resourceVersion?: string;
}

interface Lease {
  readonly metadata: Partial<ObjectMeta>;
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number;
  };
}

export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  /** Of each request; default 5 s, half of the usual renew deadline. */
  readonly deadlineMs?: number;
}

/** Requests have a lane of their own and do not wait behind patches. */
export class LeaseStore {
  readonly #transport: LeaseTransport;
  readonly #options: LeaseOptions;
  /** Labels and annotations that others put on the lease stay when it is written. */
  #metadata: Partial<ObjectMeta> = {};

  constructor(transport: LeaseTransport, options: LeaseOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** Undefined where there is none yet. */
  async read(): Promise<LeaseRecord | undefined> {
    try {
      return await this.#exchange('GET');
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Undefined when another candidate was first. */
  create(record: LeaseRecord): Promise<LeaseRecord | undefined> {
    const { namespace, name } = this.#options;
    return unlessConflict(this.#exchange('POST', this.#bodyOf(record, { namespace, name })));
  }

  /** Undefined when `record.resourceVersion` is not the newest. */
  update(record: LeaseRecord): Promise<LeaseRecord | undefined> {
    const { namespace, name } = this.#options;
    const version = record.resourceVersion === undefined ? {} : { resourceVersion: record.resourceVersion };
    const body = this.#bodyOf(record, { ...this.#metadata, namespace, name, ...version });
    return unlessConflict(this.#exchange('PUT', body));
  }

  async #exchange(method: 'GET' | 'POST' | 'PUT', body?: string): Promise<LeaseRecord> {
    const { namespace, name, deadlineMs = 5000 } = this.#options;
    const leases = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', namespace };
    const path = resourcePath(method === 'POST' ? leases : { ...leases, name });
    const base = { method, path, deadlineMs, lane: 'urgent' as const };
    const lease = await this.#transport.request<Lease>(body === undefined ? base : { ...base, body });
    this.#metadata = lease.metadata;
    return recordOf(lease);
  }

  #bodyOf(record: LeaseRecord, metadata: Partial<ObjectMeta>): string {
    const { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime, renewTime } = record;
    const times = { acquireTime: microTime(acquireTime), renewTime: microTime(renewTime) };
    const spec = { holderIdentity, leaseDurationSeconds, leaseTransitions, ...times };
    return JSON.stringify({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  }
}

async function unlessConflict(written: Promise<LeaseRecord>): Promise<LeaseRecord | undefined> {
  try {
    return await written;
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

function recordOf({ metadata, spec = {} }: Lease): LeaseRecord {
  const { resourceVersion } = metadata;
  return {
    holderIdentity: spec.holderIdentity ?? '',
    leaseDurationSeconds: spec.leaseDurationSeconds ?? 0,
    acquireTime: new Date(spec.acquireTime ?? 0),
    renewTime: new Date(spec.renewTime ?? 0),
    leaseTransitions: spec.leaseTransitions ?? 0,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** metav1.MicroTime has six decimals, always. */
export function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
