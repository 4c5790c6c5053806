/**
 * A control plane whose API server asks the operator of a test about every pod.
 *
 * The operator runs beside the control plane and not in a pod, so the chart's registration, which names a Service,
 * is told a URL on loopback instead; all else of it stays as the chart has it. Behind the URL stands a balancer that
 * does what a Service does: new connections go to replicas that are ready, and open ones stay where they are.
 */
import { freePorts } from '../control-plane/free-port.ts';
import { startControlPlane, type ControlPlane, type Part } from '../control-plane/start-control-plane.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { buildPod, bySelector } from './build-manifests.ts';
import { installChart, startOperator, type HealthPath, type RunningOperator } from './install-operator.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { newTeam, type Team } from './team.ts';

export interface Replica extends RunningOperator {
  readonly podName: string;
  readonly admissionPort: number;
}

export interface AdmissionStage {
  readonly controlPlane: ControlPlane;
  readonly balancer: Balancer;
  /** Starts one replica more; resolves when it is ready, unless it should not be waited for. */
  startReplica(options?: ReplicaOptions): Promise<Replica>;
  newTeam(prefix?: string): Promise<Team>;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  readonly podName?: string;
  readonly flags?: readonly string[];
  /** Default true. */
  readonly wait?: boolean;
  /** Whether the API server asks it; default true. */
  readonly isAsked?: boolean;
}

export interface StageOptions {
  /** Further values of the chart. */
  readonly values?: readonly string[];
  readonly nodes?: number;
  /** Of the control plane, beside etcd and the API server; default all. */
  readonly parts?: readonly Part[];
}

export const registration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  name: 'cortex-logging-operator',
};
export const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'cortex-logging',
  name: 'cortex-logging-operator',
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'cortex-logging',
  name: 'cortex-logging-operator',
};
export const certificateSecret = {
  apiVersion: 'v1',
  kind: 'Secret',
  namespace: 'cortex-logging',
  name: 'cortex-logging-operator-admission',
};

/** Nothing listens there: what CloudWatch holds is not what these tests are about. */
const nowhere = 'http://127.0.0.1:9';

interface Registered {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

/** No operator runs yet. */
export async function openAdmissionStage({
  values = [],
  nodes = 2,
  parts,
}: StageOptions = {}): Promise<AdmissionStage> {
  const controlPlane = await startControlPlane({ nodes, ...(parts === undefined ? {} : { parts }) });
  const chart = { clusterName: 'birth-cluster', region: 'eu-west-1', admission: 'Webhook' as const };
  await installChart(controlPlane, { ...chart, values: ['replicas=1', ...values] });
  const balancer = await startBalancer();
  await pointWebhookAt(controlPlane, `https://127.0.0.1:${balancer.port}/pods`);
  let started = 0;
  return {
    controlPlane,
    balancer,
    startReplica: (options = {}) => {
      const { podName = `operator-${(started += 1)}` } = options;
      return startReplica(controlPlane, balancer, { ...options, podName });
    },
    newTeam: (prefix) => newTeam(controlPlane, prefix),
    close: async () => {
      await balancer.close();
      await controlPlane.stop();
    },
  };
}

async function startReplica(
  controlPlane: ControlPlane,
  balancer: Balancer,
  { podName, flags = [], wait = true, isAsked = true }: ReplicaOptions & { readonly podName: string },
): Promise<Replica> {
  const [admissionPort = 0] = await freePorts(1);
  const running = await startOperator(controlPlane, {
    guard: controlPlane.guard,
    awsEndpointUrl: nowhere,
    podName,
    flags: [...flagsOfAdmission(admissionPort), ...flags],
  });
  const probe = await probePath(controlPlane);
  const isReady = async () => (await running.health(probe)).status === 200;
  const leave = isAsked ? balancer.add({ port: admissionPort, isReady }) : () => undefined;
  if (wait) await running.ready();
  return {
    ...running,
    podName,
    admissionPort,
    stop: async (signal) => {
      const code = await running.stop(signal);
      // Its port is closed: who is sent there before the next probe would be cut off.
      leave();
      return code;
    },
  };
}

interface Probed {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly readinessProbe: { readonly httpGet: { path: HealthPath } };
        }[];
      };
    };
  };
}

/** What the kubelet asks before it lets a Service send anything. */
async function probePath({ admin }: ControlPlane): Promise<HealthPath> {
  const deployed = await admin.get<Probed>(deployment);
  const path = deployed?.spec.template.spec.containers[0]?.readinessProbe.httpGet.path;
  if (path === undefined) throw new Error("The chart's Deployment has no readiness probe.");
  return path;
}

/** Where a replica that runs beside the control plane answers reviews. */
export function flagsOfAdmission(port: number): readonly string[] {
  return [
    '--admission-host=127.0.0.1',
    `--admission-port=${port}`,
    '--admission-extra-names=127.0.0.1',
    '--admission-drain-seconds=0',
  ];
}

/** Service -> URL, for every webhook of the registration; what is in the caBundle stays. */
export async function pointWebhookAt({ admin }: ControlPlane, url: string): Promise<void> {
  const found = await admin.get<Registered>(registration);
  if (!found) throw new Error('The chart has not registered a webhook.');
  const webhooks = found.webhooks.map((webhook) => {
    const { caBundle } = webhook.clientConfig;
    return { ...webhook, clientConfig: { url, ...(caBundle === undefined ? {} : { caBundle }) } };
  });
  await admin.patch(registration, { webhooks });
}

/** Resolves once a pod that is created now is labeled at birth: by then every part has found the other. Makes none. */
export async function untilAdmitted(team: Team): Promise<void> {
  const name = `probe-${Date.now()}`;
  await team.claim('RealtimeAPI', name, bySelector({ probe: name }));
  const isLabeled = async () => {
    const pod = await team.dryRun(buildPod(name, { labels: { probe: name } }));
    return pod.metadata.labels?.['apiName'] === name;
  };
  await waitFor(isLabeled, { describe: 'a pod to be labeled at birth' });
}
