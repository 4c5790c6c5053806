/** Spec and status of a running pod: what a client gets that asks for whole objects. */

function container(name: string): object {
  return {
    name,
    image: `registry.example.com/ml/${name}:1.27.3`,
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    env: [{ name: 'MODEL_PATH', value: 's3://models/recommendations/1.27.3' }],
    resources: {
      limits: { cpu: '2', memory: '4Gi', 'nvidia.com/gpu': '1' },
      requests: { cpu: '1', memory: '2Gi', 'nvidia.com/gpu': '1' },
    },
    volumeMounts: [
      { name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, periodSeconds: 10 },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

function containerStatus(name: string): object {
  return {
    name,
    state: { running: { startedAt: '2026-11-23T08:50:02Z' } },
    lastState: {},
    ready: true,
    restartCount: 0,
    image: `registry.example.com/ml/${name}:1.27.3`,
    imageID: `registry.example.com/ml/${name}@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`,
    containerID: 'containerd://2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    started: true,
  };
}

const conditionTypes = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
];

export const podBody = {
  spec: {
    volumes: [
      { name: 'kube-api-access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ],
    containers: [container('api'), container('proxy')],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'predictor',
    nodeName: 'ip-10-0-42-17.eu-west-1.compute.internal',
    schedulerName: 'default-scheduler',
    tolerations: [
      {
        key: 'node.kubernetes.io/not-ready',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      },
      {
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      },
    ],
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  },
  status: {
    phase: 'Running',
    conditions: conditionTypes.map((type) => ({
      type,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: '2026-11-23T08:50:02Z',
    })),
    hostIP: '10.0.42.17',
    hostIPs: [{ ip: '10.0.42.17' }],
    podIP: '10.0.61.203',
    podIPs: [{ ip: '10.0.61.203' }],
    startTime: '2026-11-23T08:50:00Z',
    containerStatuses: [containerStatus('api'), containerStatus('proxy')],
    qosClass: 'Burstable',
  },
};
