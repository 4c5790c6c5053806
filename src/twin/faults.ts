/** Faults that tests ask for: what a real service does on a bad day. */
import { Refusal } from './refusal.ts';

export type FaultKind = 'throttle' | 'deny' | 'expire' | 'unavailable' | 'fail' | 'abort' | 'cut' | 'delay';

export interface Fault {
  readonly kind: FaultKind;
  /**
   * The operation, or for `deny` the IAM action without `logs:`; default every one. CreateLogGroup with tags
   * needs TagResource too, as on AWS.
   */
  readonly operation?: string;
  /** Only requests about this log group; default all. */
  readonly logGroupName?: string;
  /** How many requests it meets before it is over; default without end. */
  readonly times?: number;
  /** Of `delay`: milliseconds before the request is served. */
  readonly delayMs?: number;
}

/** A request as far as faults look at it. */
export interface FaultyRequest {
  readonly operation: string;
  /** The operation and further IAM actions that it needs. */
  readonly actions: readonly string[];
  readonly logGroupName: string | undefined;
  /** The ARN of the group or, where the operation has none, of all groups. */
  readonly resourceArn: string;
  readonly accountId: string;
}

export class Faults {
  readonly #active = new Map<Fault, number>();

  /** The fault is there until the answer is called, or until it is over by itself. */
  add(fault: Fault): () => void {
    const own = { ...fault };
    this.#active.set(own, fault.times ?? Infinity);
    return () => void this.#active.delete(own);
  }

  clear(): void {
    this.#active.clear();
  }

  list(): readonly Fault[] {
    return [...this.#active].map(([fault, left]) => (left === Infinity ? fault : { ...fault, times: left }));
  }

  /** The faults that meet this request, each counted once. */
  meet(request: FaultyRequest): readonly Fault[] {
    const met = [...this.#active.keys()].filter((fault) => meets(fault, request));
    for (const fault of met) {
      const left = (this.#active.get(fault) ?? 1) - 1;
      if (left > 0) this.#active.set(fault, left);
      else this.#active.delete(fault);
    }
    return met;
  }
}

function meets({ kind, operation, logGroupName }: Fault, request: FaultyRequest): boolean {
  const names = kind === 'deny' ? request.actions : [request.operation];
  return (
    (operation === undefined || names.includes(operation)) &&
    (logGroupName === undefined || logGroupName === request.logGroupName)
  );
}

/** What the service answers under the fault; undefined for the kinds that answer nothing of their own. */
export function refusalOf({ kind, operation }: Fault, request: FaultyRequest): Refusal | undefined {
  switch (kind) {
    case 'throttle':
      return new Refusal('ThrottlingException', 'Rate exceeded');
    case 'deny':
      return denial(operation ?? request.operation, request);
    case 'expire':
      return new Refusal('ExpiredTokenException', 'The security token included in the request is expired');
    case 'unavailable':
      return new Refusal('ServiceUnavailableException', 'The service cannot complete the request.');
    case 'fail':
      return new Refusal('InternalFailure', 'The request processing has failed because of an unknown error.');
    case 'abort':
      return new Refusal(
        'OperationAbortedException',
        'Multiple concurrent requests to update the same resource were in conflict.',
      );
    case 'cut':
    case 'delay':
      return undefined;
  }
}

/** The words of IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denial(action: string, { accountId, resourceArn }: FaultyRequest): Refusal {
  const user = `arn:aws:iam::${accountId}:user/twin`;
  return new Refusal(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: logs:${action} on resource: ${resourceArn}:log-stream: because no identity-based policy allows the logs:${action} action`,
  );
}
