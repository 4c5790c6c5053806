/** Faults that tests ask for: what a real service does on a bad day. */
import { Refusal } from './refusal.ts';

/**
 * - `throttle`: too many requests; with `perSecond`, only those beyond that rate
 * - `deny`: no permission
 * - `expire`: credentials that are too old
 * - `unavailable`, `fail`, `abort`: errors of the service
 * - `cut`: the connection ends without an answer; an outage is `cut` or `unavailable` for everything
 * - `delay`: the answer comes `delayMs` later
 * - `late`: of PutLogEvents, events can be read only `delayMs` later
 * - `lose`: of PutLogEvents, no Live Tail session ever sees the events
 */
export const faultKinds = [
  'throttle',
  'deny',
  'expire',
  'unavailable',
  'fail',
  'abort',
  'cut',
  'delay',
  'late',
  'lose',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /**
   * The operation, or for `deny` the IAM action without `logs:`; default every one. `*` stands for any letters.
   * Some operations need further actions, see required-actions.ts.
   */
  readonly operation?: string;
  /** Only requests about this log group; default all. */
  readonly logGroupName?: string;
  /** Only requests about this resource, an ARN as in an IAM policy, in which `*` stands for any letters; default all. */
  readonly resource?: string;
  /** How many requests it meets before it is over; default without end. */
  readonly times?: number;
  /** Of `delay` and `late`: milliseconds. */
  readonly delayMs?: number;
  /** Of `throttle`: requests in a second that are served. */
  readonly perSecond?: number;
}

/** A request as far as faults look at it. */
export interface FaultyRequest {
  readonly operation: string;
  /** The IAM actions that it needs, without `logs:`. */
  readonly actions: readonly string[];
  readonly logGroupName: string | undefined;
  /** The ARN of the group or, where the operation has none, of all groups; without `:*`. */
  readonly resourceArn: string;
  readonly logStreamName: string | undefined;
  readonly accountId: string;
}

/** What faults do to an operation that is run all the same. */
export interface Effects {
  readonly lateMs: number;
  readonly isLost: boolean;
}

/** What is known of a fault beside what was asked for. */
interface Course {
  /** How many more requests it meets. */
  left: number;
  /** When requests were served in the last second, in ms. */
  served: number[];
}

export class Faults {
  readonly #active = new Map<Fault, Course>();
  readonly #elapsed: () => number;

  /** `elapsed` in ms since any moment; never goes back. */
  constructor(faults: readonly Fault[] = [], elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
    for (const fault of faults) this.add(fault);
  }

  /** The fault is there until the answer is called, or until it is over by itself. */
  add(fault: Fault): () => void {
    const own = { ...fault };
    this.#active.set(own, { left: fault.times ?? Infinity, served: [] });
    return () => void this.#active.delete(own);
  }

  clear(): void {
    this.#active.clear();
  }

  list(): readonly Fault[] {
    return [...this.#active].map(([fault, { left }]) =>
      left === Infinity ? fault : { ...fault, times: left },
    );
  }

  /** The faults that meet this request, each counted once. */
  meet(request: FaultyRequest): readonly Fault[] {
    const met = [...this.#active].filter(
      ([fault, course]) => concerns(fault, request) && !this.#isWithinRate(fault, course),
    );
    for (const [fault, course] of met) if (--course.left <= 0) this.#active.delete(fault);
    return met.map(([fault]) => fault);
  }

  #isWithinRate({ perSecond }: Fault, course: Course): boolean {
    if (perSecond === undefined) return false;
    const now = this.#elapsed();
    course.served = course.served.filter((time) => time > now - 1_000);
    if (course.served.length >= perSecond) return false;
    course.served.push(now);
    return true;
  }
}

function concerns({ kind, operation, logGroupName, resource }: Fault, request: FaultyRequest): boolean {
  const names = kind === 'deny' ? request.actions : [request.operation];
  return (
    (operation === undefined || names.some((name) => matches(operation, name))) &&
    (logGroupName === undefined || logGroupName === request.logGroupName) &&
    (resource === undefined || resourcesOf(request).some((arn) => matches(resource, arn)))
  );
}

/** With and without what stands for the streams: policies are written both ways. */
function resourcesOf({ resourceArn, logStreamName }: FaultyRequest): readonly string[] {
  return [resourceArn, `${resourceArn}:*`, `${resourceArn}:log-stream:${logStreamName ?? ''}`];
}

function matches(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

export function effectsOf(faults: readonly Fault[]): Effects {
  const late = faults.filter(({ kind }) => kind === 'late').map(({ delayMs = 0 }) => delayMs);
  return { lateMs: Math.max(0, ...late), isLost: faults.some(({ kind }) => kind === 'lose') };
}

/** What the service answers under the fault; undefined for the kinds that answer nothing of their own. */
export function refusalOf({ kind, operation }: Fault, request: FaultyRequest): Refusal | undefined {
  switch (kind) {
    case 'throttle':
      return new Refusal('ThrottlingException', 'Rate exceeded');
    case 'deny':
      return denial(operation, request);
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
    default:
      return undefined;
  }
}

/** The words of IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denial(denied: string | undefined, request: FaultyRequest): Refusal {
  const { accountId, resourceArn, logStreamName = '', operation, actions } = request;
  const user = `arn:aws:iam::${accountId}:user/twin`;
  const action = actions.find((one) => denied !== undefined && matches(denied, one)) ?? operation;
  return new Refusal(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: logs:${action} on resource: ${resourceArn}:log-stream:${logStreamName} because no identity-based policy allows the logs:${action} action`,
  );
}
