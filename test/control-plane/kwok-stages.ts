/**
 * What kwok does to nodes and pods instead of a kubelet: https://kwok.sigs.k8s.io/docs/user/stages-configuration/
 * Pods become Running and Ready at once and stay so. Pods of a Job end by themselves after a second; others, and
 * those that want another time or a failure, say so by annotations.
 */

/** How long a pod runs, as a Go duration (`1s`, `250ms`). A pod that has it ends by itself. */
export const runForAnnotation = 'cortex.test/run-for';
/** The exit code with which a pod ends that ends by itself; default `0`. Anything else makes it Failed. */
export const exitCodeAnnotation = 'cortex.test/exit-code';
/** A pod that has it stays Pending until the annotation is removed. */
export const pendingAnnotation = 'cortex.test/pending';

const jobPodRunsForMs = 1000;

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

interface Stage {
  readonly apiVersion: 'kwok.x-k8s.io/v1alpha1';
  readonly kind: 'Stage';
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const readyCondition = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const ownerKinds = '.metadata.ownerReferences.[].kind';
const annotation = (name: string) => `.metadata.annotations["${name}"]`;
const isLive: Requirement = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const hasPhase = (phase: string): Requirement => ({ key: '.status.phase', operator: 'In', values: [phase] });

function stage(
  kind: 'Node' | 'Pod',
  name: string,
  matchExpressions: readonly Requirement[],
  rest: object,
): Stage {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, ...rest },
  };
}

const nodeStatus = `
{{ $now := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- {type: {{ .type }}, status: {{ .status | Quote }}, reason: {{ .reason }}, message: {{ .message | Quote }}, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
{{ end }}
addresses:
- {type: InternalIP, address: {{ NodeIP | Quote }}}
- {type: Hostname, address: {{ NodeName | Quote }}}
{{ with NodePort }}
daemonEndpoints: {kubeletEndpoint: {Port: {{ . }}}}
{{ end }}
allocatable: {cpu: 1k, memory: 1Ti, pods: 1M}
capacity: {cpu: 1k, memory: 1Ti, pods: 1M}
nodeInfo: {architecture: amd64, operatingSystem: linux, kubeletVersion: kwok, kubeProxyVersion: kwok, containerRuntimeVersion: kwok, kernelVersion: kwok, osImage: kwok, bootID: "", machineID: "", systemUUID: ""}
`;

const runningConditions = ['Initialized', 'Ready', 'ContainersReady', 'PodReadyToStartContainers']
  .map((type) => `- {type: ${type}, status: "True", lastTransitionTime: {{ $now | Quote }}}`)
  .join('\n');

const podStatusRunning = `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
${runningConditions}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name }}, image: {{ .image | Quote }}, imageID: "", containerID: "kwok://{{ $.metadata.uid }}-{{ .name }}", ready: true, started: true, restartCount: 0, state: {running: {startedAt: {{ $now | Quote }}}}}
{{ end }}
{{ with .spec.initContainers }}
initContainerStatuses:
{{ range . }}
- {name: {{ .name }}, image: {{ .image | Quote }}, imageID: "", containerID: "kwok://{{ $.metadata.uid }}-{{ .name }}", restartCount: 0,
  {{ if eq (or .restartPolicy "") "Always" }}ready: true, started: true, state: {running: {startedAt: {{ $now | Quote }}}}
  {{ else }}ready: true, started: false, state: {terminated: {exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}{{ end }}}
{{ end }}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ip: {{ index . 0 | Quote }}}]
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ip: {{ index . 0 | Quote }}}]
{{ end }}
`;

const podStatusEnded = `
{{ $now := Now }}
{{ $code := "0" }}
{{ with .metadata.annotations }}{{ with index . "${exitCodeAnnotation}" }}{{ $code = . }}{{ end }}{{ end }}
{{ $reason := "Error" }}
{{ if eq $code "0" }}{{ $reason = "Completed" }}{{ end }}
phase: {{ if eq $code "0" }}Succeeded{{ else }}Failed{{ end }}
conditions:
- {type: Ready, status: "False", reason: PodCompleted, lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "False", reason: PodCompleted, lastTransitionTime: {{ $now | Quote }}}
containerStatuses:
{{ range $index, $container := .spec.containers }}
{{ $status := index $.status.containerStatuses $index }}
- {name: {{ .name }}, image: {{ .image | Quote }}, imageID: "", containerID: "kwok://{{ $.metadata.uid }}-{{ .name }}", ready: false, started: false, restartCount: 0, state: {running: null, terminated: {exitCode: {{ $code }}, reason: {{ $reason }}, startedAt: {{ $status.state.running.startedAt | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}
`;

const runFor = {
  durationMilliseconds: jobPodRunsForMs,
  durationFrom: { expressionFrom: annotation(runForAnnotation) },
};

/** All stages. */
export const stages: readonly Stage[] = [
  stage('Node', 'node-ready', [{ key: readyCondition, operator: 'NotIn', values: ['True'] }], {
    next: { statusTemplate: nodeStatus },
  }),
  stage(
    'Pod',
    'pod-running',
    [isLive, hasPhase('Pending'), { key: annotation(pendingAnnotation), operator: 'DoesNotExist' }],
    { next: { statusTemplate: podStatusRunning } },
  ),
  stage(
    'Pod',
    'job-pod-ended',
    [isLive, hasPhase('Running'), { key: ownerKinds, operator: 'In', values: ['Job'] }],
    {
      delay: runFor,
      next: { statusTemplate: podStatusEnded },
    },
  ),
  stage(
    'Pod',
    'pod-ended',
    [
      isLive,
      hasPhase('Running'),
      { key: ownerKinds, operator: 'NotIn', values: ['Job'] },
      { key: annotation(runForAnnotation), operator: 'Exists' },
    ],
    { delay: runFor, next: { statusTemplate: podStatusEnded } },
  ),
  stage('Pod', 'pod-deleted', [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }], {
    next: { delete: true },
  }),
];
