/** A namespace of a control plane, and the questions that tests of labels ask about it. */
import type { WorkloadKind } from '../../src/kernel/api-kinds.ts';
import type { Condition } from '../../src/kernel/conditions.ts';
import { identityLabelsOf, type IdentityLabels } from '../../src/kernel/labels.ts';
import type { KubeObject } from '../../src/kernel/object-meta.ts';
import type { WorkloadStatus } from '../../src/workloads/workload.ts';
import { readOperatorReads, type AuditEvent } from '../control-plane/audit-log.ts';
import type { ControlPlaneConnection } from '../control-plane/connect-to-control-plane.ts';
import type { AnyObject, Manifest } from '../control-plane/kube-client.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { buildPod, buildResource } from './build-manifests.ts';

export interface KubeEvent {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly regarding: { readonly kind: string; readonly name: string };
}

export const operatorUser = 'system:serviceaccount:cortex-logging:cortex-logging-operator';
const cortex = 'cortex.dev/v1alpha1';

export class Team {
  readonly #controlPlane: ControlPlaneConnection;
  readonly namespace: string;

  constructor(controlPlane: ControlPlaneConnection, namespace: string) {
    this.#controlPlane = controlPlane;
    this.namespace = namespace;
  }

  /** In the team's namespace. */
  create({ metadata, ...rest }: Manifest): Promise<AnyObject> {
    const { namespace } = this;
    return this.#controlPlane.admin.create({ ...rest, metadata: { ...metadata, namespace } });
  }

  /** A pod as it would be stored: through all of admission, and no further. */
  dryRun(pod: Manifest): Promise<AnyObject> {
    return this.#controlPlane.admin.request(
      'POST',
      `/api/v1/namespaces/${this.namespace}/pods?dryRun=All`,
      pod,
    );
  }

  /** A resource of one of the six kinds. */
  claim(kind: WorkloadKind, name: string, spec?: object): Promise<AnyObject> {
    return this.create(buildResource(kind, name, spec));
  }

  delete(apiVersion: string, kind: string, name: string): Promise<void> {
    return this.#controlPlane.admin.delete({ apiVersion, kind, namespace: this.namespace, name });
  }

  unclaim(kind: WorkloadKind, name: string): Promise<void> {
    return this.delete(cortex, kind, name);
  }

  get<T = AnyObject>(apiVersion: string, kind: string, name: string): Promise<T | undefined> {
    return this.#controlPlane.admin.get<T>({ apiVersion, kind, namespace: this.namespace, name });
  }

  patch(apiVersion: string, kind: string, name: string, body: object): Promise<AnyObject> {
    return this.#controlPlane.admin.patch({ apiVersion, kind, namespace: this.namespace, name }, body);
  }

  /** A merge patch of a pod's labels, as any other actor may make it. */
  relabel(pod: string, labels: Readonly<Record<string, string | null>>): Promise<AnyObject> {
    return this.patch('v1', 'Pod', pod, { metadata: { labels } });
  }

  /** By a label selector, such as `app=x`; all of the namespace without one. */
  pods(labelSelector = ''): Promise<readonly KubeObject[]> {
    const { namespace } = this;
    return this.#controlPlane.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
  }

  /** The three labels of one pod. */
  async labelsOf(pod: string): Promise<IdentityLabels> {
    const found = await this.get('v1', 'Pod', pod);
    if (!found) throw new Error(`There is no pod ${pod}.`);
    return identityLabelsOf(found.metadata.labels ?? {});
  }

  /** Resolves once there are `count` pods under the selector and each has exactly these of the three labels. */
  untilLabeled(labelSelector: string, expected: IdentityLabels, count = 1): Promise<readonly KubeObject[]> {
    return waitFor(
      async () => {
        const pods = await this.pods(labelSelector);
        const labels = pods.map(({ metadata }) => identityLabelsOf(metadata.labels ?? {}));
        const wrong = labels.find((found) => !isSame(found, expected));
        if (wrong) throw new Error(`a pod has ${JSON.stringify(wrong)}`);
        if (pods.length !== count) throw new Error(`there are ${pods.length} pods`);
        return pods;
      },
      { describe: `${count} pods ${labelSelector} with ${JSON.stringify(expected)}`, timeoutMs: 20_000 },
    );
  }

  /**
   * Resolves when a new pod, claimed by a resource of its own, has its labels and a second one after it: by then the
   * operator has looked at everything that was there before.
   */
  async untilQuiet(): Promise<void> {
    const name = `canary-${Date.now()}`;
    await this.claim('RealtimeAPI', name, { selector: { matchLabels: { canary: name } } });
    for (const pod of [name, `${name}-2`]) {
      await this.create(buildPod(pod, { labels: { canary: name, pod } }));
      await this.untilLabeled(`pod=${pod}`, { apiName: name, apiKind: 'RealtimeAPI' });
    }
  }

  async status(kind: WorkloadKind, name: string): Promise<WorkloadStatus> {
    return (await this.get<{ status?: WorkloadStatus }>(cortex, kind, name))?.status ?? {};
  }

  /** Resolves with the status once it says this. */
  untilStatus(
    kind: WorkloadKind,
    name: string,
    { says, describe }: { says: (status: WorkloadStatus) => boolean; describe: string },
  ): Promise<WorkloadStatus> {
    return waitFor(
      async () => {
        const status = await this.status(kind, name);
        if (!says(status)) throw new Error(`the status is ${JSON.stringify(status)}`);
        return status;
      },
      { describe: `${kind} ${name}: ${describe}`, timeoutMs: 20_000 },
    );
  }

  /** Resolves when the operator has seen the resource: a pod of the same moment may be earlier. */
  async untilSeen(kind: WorkloadKind, name: string): Promise<void> {
    const says = ({ conditions = [] }: WorkloadStatus) => conditions.length > 0;
    await this.untilStatus(kind, name, { says, describe: 'seen by the operator' });
  }

  /** Resolves with the condition once it has this reason, and says this. */
  async untilCondition(
    kind: WorkloadKind,
    name: string,
    { type, reason, message = /(?:)/ }: { type: string; reason: string; message?: RegExp },
  ): Promise<Condition> {
    const found = ({ conditions = [] }: WorkloadStatus) =>
      conditions.find((one) => one.type === type && one.reason === reason && message.test(one.message));
    const says = (status: WorkloadStatus) => found(status) !== undefined;
    return found(await this.untilStatus(kind, name, { says, describe: `${type}: ${reason}` })) as Condition;
  }

  /** Events of the namespace of this reason. */
  async events(reason: string): Promise<readonly KubeEvent[]> {
    const { namespace } = this;
    const query = { apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace };
    const events = await this.#controlPlane.admin.list<KubeEvent>(query);
    return events.filter((event) => event.reason === reason);
  }

  untilEvent(reason: string, kind: string, name: string): Promise<KubeEvent> {
    return waitFor(
      async () =>
        (await this.events(reason)).find(
          ({ regarding }) => regarding.kind === kind && regarding.name === name,
        ),
      { describe: `an Event ${reason} on ${kind} ${name}` },
    );
  }

  /** What the operator wrote in the namespace, Events left out. */
  async writes(): Promise<readonly AuditEvent[]> {
    return (await this.#controlPlane.auditEvents()).filter(
      ({ user, objectRef }) =>
        user.username === operatorUser &&
        objectRef?.namespace === this.namespace &&
        objectRef.resource !== 'events',
    );
  }

  /** The operator's patches of pods, as `name`s. */
  async podWrites(): Promise<readonly string[]> {
    const writes = await this.writes();
    return writes
      .filter(({ objectRef }) => objectRef?.resource === 'pods')
      .map(({ objectRef }) => objectRef?.name ?? '');
  }

  /** The owners that the operator read by their names, as `resource/name`. */
  async ownerReads(): Promise<readonly string[]> {
    const reads = await readOperatorReads(this.#controlPlane.auditLog);
    return reads
      .filter(({ objectRef }) => objectRef?.namespace === this.namespace)
      .map(({ objectRef }) => `${objectRef?.resource}/${objectRef?.name}`);
  }
}

/** A new namespace with nothing in it. */
export async function newTeam(controlPlane: ControlPlaneConnection, prefix = 'team'): Promise<Team> {
  return new Team(controlPlane, await controlPlane.newNamespace(prefix));
}

function isSame(a: IdentityLabels, b: IdentityLabels): boolean {
  return a.apiName === b.apiName && a.apiKind === b.apiKind && a.jobID === b.jobID;
}
