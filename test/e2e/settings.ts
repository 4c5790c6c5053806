/** What a run of `npm run e2e` can be told, and that in words. Pure. */

export const pullPolicies = ['IfNotPresent', 'Always', 'Never'] as const;
export type PullPolicy = (typeof pullPolicies)[number];

export interface Settings {
  /** Path of a kubeconfig with all rights on the cluster. */
  readonly kubeconfig: string;
  /** Undefined: the chart's. */
  readonly operatorImage: string | undefined;
  /** Undefined: the one that the examples name. */
  readonly workloadImage: string | undefined;
  readonly pullPolicy: PullPolicy;
  /** Of this machine, as pods reach it; undefined: the address that it reaches the cluster from. */
  readonly hostAddress: string | undefined;
  /** Of a CloudWatch Logs that pods and this machine reach; undefined: the twin, in this process. */
  readonly awsEndpointUrl: string | undefined;
}

export const help = `npm run e2e: Cortex Logging on a real cluster, from installation to removal.

It installs the CRDs and the operator by the chart, runs workloads of all kinds, looks at labels, statuses and
log group, replaces and restarts the operator, upgrades it while pods are made, uninstalls it, and removes all that
it made, also when it failed.
It needs a cluster without Cortex Logging, which it would take away at the end, and all rights on it.

  E2E_KUBECONFIG         The cluster: path of a kubeconfig file. Without it everything is skipped.
  E2E_OPERATOR_IMAGE     The operator's image, as name:tag or name@sha256:…. Default: the chart's.
  E2E_WORKLOAD_IMAGE     An image with sh and sleep, for the workloads. Default: the one in examples/.
  E2E_IMAGE_PULL_POLICY  ${pullPolicies.join(', ')}: for both images. Default: ${pullPolicies[0]}.
  E2E_HOST_ADDRESS       Address of this machine where pods reach it: the twin of CloudWatch Logs listens there.
                         Default: the address from which this machine reaches the API server.
  E2E_AWS_ENDPOINT_URL   Another twin that pods and this machine reach, such as http://10.0.0.7:4510; then none is
                         started here.

For example, with kind:

  docker build -t cortex-logging/operator:dev . && kind load docker-image cortex-logging/operator:dev
  kind get kubeconfig > kind.kubeconfig
  E2E_KUBECONFIG=kind.kubeconfig E2E_OPERATOR_IMAGE=cortex-logging/operator:dev \\
    E2E_HOST_ADDRESS=$(docker network inspect kind -f '{{(index .IPAM.Config 0).Gateway}}') npm run e2e
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined without a cluster. @throws Error with all problems at once */
export function readSettings(env: Environment): Settings | undefined {
  const kubeconfig = env['E2E_KUBECONFIG'];
  if (!kubeconfig) return undefined;
  const policy = env['E2E_IMAGE_PULL_POLICY'] || pullPolicies[0];
  const endpoint = env['E2E_AWS_ENDPOINT_URL'] || undefined;
  const problems = [...problemsOfPolicy(policy), ...problemsOfEndpoint(endpoint)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    kubeconfig,
    operatorImage: env['E2E_OPERATOR_IMAGE'] || undefined,
    workloadImage: env['E2E_WORKLOAD_IMAGE'] || undefined,
    pullPolicy: policy as PullPolicy,
    hostAddress: env['E2E_HOST_ADDRESS'] || undefined,
    awsEndpointUrl: endpoint,
  };
}

function problemsOfPolicy(policy: string): readonly string[] {
  if ((pullPolicies as readonly string[]).includes(policy)) return [];
  return [`E2E_IMAGE_PULL_POLICY is "${policy}": it must be ${pullPolicies.join(', ')}.`];
}

function problemsOfEndpoint(endpoint: string | undefined): readonly string[] {
  if (endpoint === undefined || /^https?:\/\/[^/?#]+\/?$/.test(endpoint)) return [];
  return [`E2E_AWS_ENDPOINT_URL is "${endpoint}": it must be like http://10.0.0.7:4510.`];
}

export interface ImageValues {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** An image's name as the chart's values have it; without tag and digest it is `latest`, as container engines have it. */
export function imageValues(image: string): ImageValues {
  const [name = '', digest] = image.split('@');
  const { repository = name, tag } = /^(?<repository>.+):(?<tag>[^/:]+)$/.exec(name)?.groups ?? {};
  if (digest !== undefined) return { repository, digest };
  return { repository, tag: tag ?? 'latest' };
}
