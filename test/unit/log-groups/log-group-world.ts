/** A cluster of LogGroup objects beside a CloudWatch in memory. */
import type { LogGroup, LogGroupSpec } from '../../../src/log-groups/log-group.ts';
import type { LogGroupEvent } from '../../../src/log-groups/plan-events.ts';
import { LogGroupReconcile } from '../../../src/log-groups/reconcile-log-group.ts';
import { buildLogGroup, clusterUid } from './build-log-group.ts';
import { FakeCloudWatch } from './fake-cloudwatch.ts';

/** A cluster of LogGroup objects beside a CloudWatch, and a clock that only the test moves. */
export class LogGroupWorld {
  readonly cloudWatch: FakeCloudWatch;
  readonly objects = new Map<string, LogGroup>();
  readonly events: LogGroupEvent[] = [];
  statusWrites = 0;
  #nowMs = Date.parse('2026-11-24T09:00:00Z');
  #reconcile: LogGroupReconcile;

  constructor(cloudWatch = new FakeCloudWatch()) {
    this.cloudWatch = cloudWatch;
    this.#reconcile = this.operator();
  }

  /** The process starts anew: nothing in memory is left. */
  restart(): void {
    this.#reconcile = this.operator();
  }

  /** A further operator on the same objects. */
  operator(): LogGroupReconcile {
    return new LogGroupReconcile({
      logGroups: { get: (name) => this.objects.get(name), list: () => [...this.objects.values()] },
      objects: {
        patchStatus: (group, status) => {
          this.statusWrites++;
          this.objects.set(group.name, { ...this.objects.get(group.name)!, status });
          return Promise.resolve();
        },
        putFinalizers: (group, finalizers) => {
          const object = { ...this.objects.get(group.name)!, finalizers };
          // As the API server does: nothing keeps it any more.
          if (object.isTerminating && finalizers.length === 0) this.objects.delete(group.name);
          else this.objects.set(group.name, object);
          return Promise.resolve();
        },
      },
      events: { record: (event) => void this.events.push(event) },
      aws: this.cloudWatch,
      clusterUid,
      now: () => new Date(this.#nowMs),
      random: () => 0.5,
    });
  }

  declare(group: LogGroup = buildLogGroup()): void {
    this.objects.set(group.name, group);
  }

  edit(spec: Partial<LogGroupSpec>, name = 'default'): void {
    const group = this.objects.get(name)!;
    this.objects.set(name, { ...group, generation: group.generation + 1, spec: { ...group.spec, ...spec } });
  }

  forget(field: keyof LogGroupSpec, name = 'default'): void {
    const group = this.objects.get(name)!;
    const spec = Object.fromEntries(
      Object.entries(group.spec).filter(([key]) => key !== field),
    ) as unknown as LogGroupSpec;
    this.objects.set(name, { ...group, generation: group.generation + 1, spec });
  }

  /** Somebody deletes the object: it goes, or waits for its finalizers. */
  remove(name = 'default'): void {
    const group = this.objects.get(name)!;
    if (group.finalizers.length === 0) this.objects.delete(name);
    else this.objects.set(name, { ...group, generation: group.generation + 1, isTerminating: true });
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  reconcile(name = 'default') {
    return this.#reconcile.reconcile(name);
  }

  condition(type: string, name = 'default') {
    return this.objects.get(name)?.status.conditions?.find((condition) => condition.type === type);
  }

  reasons(): readonly string[] {
    return this.events.map(({ reason }) => reason);
  }

  group(name = 'prod') {
    return this.cloudWatch.groups.get(name);
  }
}

/** A world with one LogGroup, `default`, for the group `prod`. */
export function declared(spec: Partial<LogGroupSpec> = {}, cloudWatch?: FakeCloudWatch): LogGroupWorld {
  const world = new LogGroupWorld(cloudWatch);
  world.declare(buildLogGroup({ spec }));
  return world;
}
