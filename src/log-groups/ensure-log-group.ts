/** Observe, plan, apply, until nothing is left to do or something stands against it. */
import { isDeepStrictEqual } from 'node:util';
import { AwsFailure } from '../kernel/aws-failure.ts';
import type { DesiredCondition } from '../kernel/conditions.ts';
import { applyLogGroup, type LogGroupWriter } from './apply-log-group.ts';
import type { LogGroupAction } from './log-group-action.ts';
import type { LogGroupSpec, ManagedOnGroup } from './log-group.ts';
import {
  observeLogGroup,
  type LogGroupReader,
  type Observation,
  type ObservedLogGroup,
} from './observe-log-group.ts';
import { planLogGroup } from './plan-log-group.ts';
import { planManaged, rememberActions } from './plan-managed.ts';

export interface Ensured {
  /** As last seen; undefined if it could not be observed, or is not there. */
  readonly observed: ObservedLogGroup | undefined;
  readonly conditions: readonly DesiredCondition[];
  readonly done: readonly LogGroupAction[];
  readonly failures: readonly AwsFailure[];
  readonly managed: ManagedOnGroup;
  /**
   * `Pending`: the group still differs although everything was done. CloudWatch may be slow to show it,
   * or never show it so; doing the same again at once would help neither.
   */
  readonly progress: 'Acting' | 'Settled' | 'Pending';
}

export interface Ensuring {
  readonly desired: LogGroupSpec;
  readonly managed: ManagedOnGroup;
  readonly clusterUid: string;
  readonly now: Date;
}

/** One to create, one for what a group must exist for, one to see that it is done, one more for a race. */
const maxRounds = 4;

/** Never throws an `AwsFailure`: failures are part of the answer. */
export async function ensureLogGroup(
  aws: LogGroupReader & LogGroupWriter,
  ensuring: Ensuring,
): Promise<Ensured> {
  let state: Ensured = {
    observed: undefined,
    conditions: [],
    done: [],
    failures: [],
    managed: ensuring.managed,
    progress: 'Acting',
  };
  for (let round = 1; round <= maxRounds && state.progress === 'Acting'; round++) {
    state = await once(aws, ensuring, state);
  }
  return state.progress === 'Acting' ? { ...state, progress: 'Pending' } : state;
}

async function once(
  aws: LogGroupReader & LogGroupWriter,
  ensuring: Ensuring,
  before: Ensured,
): Promise<Ensured> {
  const { desired, clusterUid, now } = ensuring;
  const seen = await observe(aws, desired);
  if (seen instanceof AwsFailure) return { ...before, failures: [seen], progress: 'Pending' };
  const { observed } = seen;
  const managed = observed ? planManaged(desired, observed, before.managed) : before.managed;
  const plan = planLogGroup({ desired, observed, managed, clusterUid });
  const seenState = { ...before, observed, conditions: plan.conditions, failures: seen.failures, managed };
  if (plan.actions.length === 0) return { ...seenState, progress: 'Settled' };
  if (plan.actions.every((action) => isAmong(before.done, action)))
    return { ...seenState, progress: 'Pending' };
  const target = { logGroupName: desired.logGroupName, logGroupArn: observed?.logGroupArn ?? '', now };
  const { done, failures } = await applyLogGroup(aws, target, plan.actions);
  return {
    ...seenState,
    done: [...before.done, ...done],
    failures: [...seen.failures, ...failures],
    managed: rememberActions(managed, done),
    progress: failures.length > 0 ? 'Pending' : 'Acting',
  };
}

function isAmong(done: readonly LogGroupAction[], action: LogGroupAction): boolean {
  return done.some((other) => isDeepStrictEqual(other, action));
}

async function observe(reader: LogGroupReader, desired: LogGroupSpec): Promise<Observation | AwsFailure> {
  try {
    return await observeLogGroup(reader, desired);
  } catch (error) {
    if (error instanceof AwsFailure) return error;
    throw error;
  }
}
