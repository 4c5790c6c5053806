/** All settings of the operator, in the order of --help. */
import { problemOfLogGroupName } from '../kernel/log-group-name.ts';
import { admissionOptions } from './admission-options.ts';
import * as legal from './legal-names.ts';
import { dnsLabel, dnsSubdomain } from './legal-words.ts';
import { choice, decimalNumber, list, optional, text, trueOrFalse, wholeNumber } from './option.ts';
import { defaultOwnerKinds, formatOwnerKind, parseOwnerKind } from './owner-kinds.ts';

/** How far the operator goes to keep the label keys true: only where a resource claims, in managed namespaces, everywhere. */
export const enforcementModes = ['ClaimedOnly', 'ManagedNamespaces', 'Cluster'] as const;
export type EnforcementMode = (typeof enforcementModes)[number];

const serverUrl = 'an http or https URL without user, query or fragment';

const cluster = {
  clusterName: text(
    { flag: 'cluster-name', help: "The cluster's name; the log group is named like it." },
    'an EKS cluster name: 1 to 100 of a-z A-Z 0-9 - _, beginning with a letter or digit',
    legal.isClusterName,
  ),
  region: text(
    { flag: 'region', env: ['AWS_REGION', 'AWS_DEFAULT_REGION'], help: 'The AWS region of the log group.' },
    'the code of an AWS region, for example us-east-1, us-gov-west-1 or cn-north-1',
    legal.isRegionName,
    (given) =>
      legal.isAvailabilityZoneName(given)
        ? `is an availability zone; must be the code of its region, ${given.slice(0, -1)}`
        : undefined,
  ),
  logGroupName: optional(
    text(
      { flag: 'log-group-name', help: 'The CloudWatch log group that records go to.' },
      '1 to 512 of a-z A-Z 0-9 _ - / . #, not beginning with aws/',
      (given) => problemOfLogGroupName(given) === undefined,
      problemOfLogGroupName,
    ),
    'the cluster name',
  ),
  namespace: text(
    {
      flag: 'namespace',
      env: ['POD_NAMESPACE'],
      help: "The operator's own namespace.",
      fallback: 'cortex-logging',
    },
    dnsLabel,
    legal.isDnsLabel,
  ),
  podName: optional(
    text(
      {
        flag: 'pod-name',
        env: ['POD_NAME'],
        help: "The operator's own pod; its identity in the leader election.",
      },
      dnsSubdomain,
      legal.isDnsSubdomain,
    ),
    'the host name',
  ),
};

const labels = {
  enforcement: choice(
    {
      flag: 'enforcement',
      help: 'Where label keys that no resource claims are removed.',
      fallback: 'ClaimedOnly',
    },
    enforcementModes,
  ),
  excludedNamespaces: list(
    {
      flag: 'excluded-namespaces',
      help: 'Namespaces whose pods are never touched; the own namespace is always among them.',
      fallback: ['kube-system', 'kube-public', 'kube-node-lease'],
    },
    dnsLabel,
    (item) => (legal.isDnsLabel(item) ? item : undefined),
  ),
  ownerKinds: list(
    {
      flag: 'owner-kinds',
      help: 'Kinds that an owner chain may pass through; replaces the default list. The operator needs the right to get each.',
      fallback: defaultOwnerKinds,
      shown: defaultOwnerKinds.map(formatOwnerKind).join(','),
    },
    'resource.version.group/Kind, for example deployments.v1.apps/Deployment or replicationcontrollers.v1./ReplicationController',
    parseOwnerKind,
  ),
  denyForged: trueOrFalse({
    flag: 'deny-forged',
    help: 'Whether pods with forged label keys are refused instead of put right; needs admission.',
    fallback: false,
  }),
  patchConcurrency: wholeNumber(
    { flag: 'patch-concurrency', help: 'Pods that are patched at a time.', fallback: 16 },
    { min: 1, max: 256 },
  ),
  removalGraceSeconds: wholeNumber(
    {
      flag: 'removal-grace-seconds',
      help: 'How long labels outlive the resource that gave them.',
      fallback: 60,
    },
    { min: 0, max: 86_400, unit: 'seconds' },
  ),
  removalBrakePercent: wholeNumber(
    {
      flag: 'removal-brake-percent',
      help: 'Removals stop when they would touch more of the labeled pods than this; 100 lets all through.',
      fallback: 20,
    },
    { min: 0, max: 100, unit: 'percent' },
  ),
  removalsPerSecond: wholeNumber(
    { flag: 'removals-per-second', help: 'Pods that lose labels per second, at most.', fallback: 10 },
    { min: 1, max: 1000 },
  ),
};

const running = {
  resyncMinutes: decimalNumber(
    { flag: 'resync-minutes', help: 'Everything is looked at again so often, events or none.', fallback: 10 },
    { min: 0.01, max: 1440, unit: 'minutes' },
  ),
  logGroupResyncSeconds: decimalNumber(
    { flag: 'log-group-resync-seconds', help: 'The log group is observed so often.', fallback: 60 },
    { min: 0.1, max: 86_400, unit: 'seconds' },
  ),
  healthPort: wholeNumber(
    {
      flag: 'health-port',
      help: 'Port of /healthz, /readyz and /metrics; 0 takes a free one.',
      fallback: 8080,
    },
    { min: 0, max: 65_535 },
  ),
  healthHost: text(
    { flag: 'health-host', help: 'Address that the health port is bound to.', fallback: '0.0.0.0' },
    'an IP address or a host name',
    legal.isHost,
  ),
  logLevel: choice({ flag: 'log-level', help: 'The least severe lines that are logged.', fallback: 'info' }, [
    'debug',
    'info',
    'warn',
    'error',
  ]),
  leaderElect: trueOrFalse({
    flag: 'leader-elect',
    help: 'Whether replicas agree on one that writes; false only where there is one.',
    fallback: true,
  }),
  leaseName: text(
    {
      flag: 'lease-name',
      help: 'The Lease in the own namespace that replicas agree by.',
      fallback: 'cortex-logging-operator',
    },
    dnsSubdomain,
    legal.isDnsSubdomain,
  ),
};

const endpoints = {
  awsEndpointUrl: optional(
    text(
      {
        flag: 'aws-endpoint-url',
        env: ['AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'AWS_ENDPOINT_URL'],
        help: 'Where CloudWatch Logs answers, if not at its public address.',
      },
      serverUrl,
      legal.isServerUrl,
    ),
    "the region's public endpoint",
  ),
  kubeconfig: optional(
    text(
      { flag: 'kubeconfig', help: 'Path of a kubeconfig file.' },
      'the path of a file',
      (given) => given !== '',
    ),
    "the pod's service account, else KUBECONFIG, else ~/.kube/config",
  ),
  kubeServer: optional(
    text(
      {
        flag: 'kube-server',
        help: "The API server's address, if not the one that the credentials name; for tests.",
      },
      serverUrl,
      legal.isServerUrl,
    ),
  ),
};

export const operatorOptions = { ...cluster, ...labels, ...admissionOptions, ...running, ...endpoints };
