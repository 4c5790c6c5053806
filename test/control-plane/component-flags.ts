/** The command line of each component. Everything listens on loopback only. */

export interface ControlPlaneFiles {
  readonly folder: string;
  readonly etcdData: string;
  readonly tokens: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly ca: string;
  readonly caKey: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly kwokConfig: string;
}

export interface ControlPlanePorts {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
}

type Flags = Readonly<Record<string, string>>;

function toArguments(flags: Flags): readonly string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

/** etcd that does not wait for the disk: what it holds is thrown away anyway. */
export function etcdArguments(files: ControlPlaneFiles, ports: ControlPlanePorts): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return toArguments({
    name: 'test',
    'data-dir': files.etcdData,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `test=${peer}`,
    'unsafe-no-fsync': 'true',
    'snapshot-count': '10000',
    'quota-backend-bytes': String(4 * 1024 ** 3),
    'log-level': 'warn',
  });
}

export interface ApiServerOptions {
  /** Without controllers nobody makes the default ServiceAccounts that pods would have to wait for. */
  readonly withControllers: boolean;
  readonly extraArguments: readonly string[];
}

/** RBAC, audit log, ServiceAccount tokens; users by token file and by client certificate. */
export function apiServerArguments(
  files: ControlPlaneFiles,
  ports: ControlPlanePorts,
  { withControllers, extraArguments }: ApiServerOptions,
): readonly string[] {
  const flags: Flags = {
    'etcd-servers': `http://127.0.0.1:${ports.etcdClient}`,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(ports.apiServer),
    'cert-dir': files.folder,
    'tls-cert-file': files.serverCertificate,
    'tls-private-key-file': files.serverKey,
    'client-ca-file': files.ca,
    'token-auth-file': files.tokens,
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': files.serviceAccountPublicKey,
    'service-account-signing-key-file': files.serviceAccountKey,
    'service-cluster-ip-range': '10.0.0.0/16',
    'endpoint-reconciler-type': 'none',
    'audit-policy-file': files.auditPolicy,
    'audit-log-path': files.auditLog,
    'allow-privileged': 'true',
    'kubelet-preferred-address-types': 'InternalIP',
    'shutdown-delay-duration': '0s',
    // Otherwise a server told to end waits a minute for its watchers to go.
    'shutdown-watch-termination-grace-period': '1s',
    ...(withControllers ? {} : { 'disable-admission-plugins': 'ServiceAccount' }),
  };
  return [...toArguments(flags), ...extraArguments];
}

/** Only the controllers that the tests' workloads need: each one costs watches and start-up time. */
const controllers = [
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'disruption-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'job-controller',
  'namespace-controller',
  'node-lifecycle-controller',
  'pod-garbage-collector-controller',
  'replicaset-controller',
  'replicationcontroller-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'statefulset-controller',
  'ttl-after-finished-controller',
  'validatingadmissionpolicy-status-controller',
];

/** Generous client limits, so that tests wait for controllers and not for their throttles. */
const clientLimits: Flags = { 'kube-api-qps': '2000', 'kube-api-burst': '4000' };
const noPort: Flags = { 'secure-port': '0', 'leader-elect': 'false' };

/** Every controller runs as its own service account, as in a real cluster, so that the audit log names it. */
export function controllerManagerArguments(files: ControlPlaneFiles, kubeconfig: string): readonly string[] {
  return toArguments({
    ...clientLimits,
    ...noPort,
    kubeconfig,
    controllers: controllers.join(','),
    'use-service-account-credentials': 'true',
    'service-account-private-key-file': files.serviceAccountKey,
    'root-ca-file': files.ca,
    'concurrent-deployment-syncs': '10',
    'concurrent-replicaset-syncs': '10',
    'concurrent-job-syncs': '10',
    'concurrent-gc-syncs': '20',
    'node-monitor-grace-period': '10m0s',
  });
}

export function schedulerArguments(kubeconfig: string): readonly string[] {
  return toArguments({ ...clientLimits, ...noPort, kubeconfig });
}

/** The fake nodes' addresses are loopback, so that a kubelet double can stand at `kubeletPort`. */
export function kwokArguments(
  files: ControlPlaneFiles,
  kubeconfig: string,
  kubeletPort?: number,
): readonly string[] {
  return toArguments({
    kubeconfig,
    config: files.kwokConfig,
    'manage-all-nodes': 'true',
    'node-ip': '127.0.0.1',
    'node-lease-duration-seconds': '600',
    cidr: '10.128.0.0/12',
    ...(kubeletPort === undefined ? {} : { 'node-port': String(kubeletPort) }),
  });
}
