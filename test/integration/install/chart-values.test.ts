import { describe, expect, it } from '@jest/globals';
import { defaultOwnerKinds, formatOwnerKind } from '../../../src/config/owner-kinds.ts';
import { readOperatorConfig, type OperatorConfig } from '../../../src/config/read-operator-config.ts';
import { kindsOf, only, podSpecOf, render, renderFailure, requiredValues, runHelm } from './chart.ts';

async function configWith(values: object): Promise<OperatorConfig> {
  const args = podSpecOf(await render(values)).containers[0]!.args;
  const argv = args.map((arg) =>
    arg.replace('$(POD_NAMESPACE)', 'cortex-logging').replace('$(POD_NAME)', 'operator-1'),
  );
  return readOperatorConfig({ argv, env: {}, hostname: 'operator-1' });
}

describe('the chart', () => {
  it('is clean to helm lint', async () => {
    const { exitCode, stdout, stderr } = await runHelm(['lint', '--strict'], requiredValues);
    expect({ exitCode, problems: /WARNING|ERROR/.exec(stdout + stderr) }).toEqual({
      exitCode: 0,
      problems: null,
    });
  });

  it('makes all that the operator needs', async () => {
    expect(kindsOf(await render())).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'Deployment',
      'LogGroup',
      'MutatingWebhookConfiguration',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Service',
      'ServiceAccount',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingAdmissionPolicyBinding',
    ]);
  });

  it('gives the operator a configuration that it takes, with its own defaults', async () => {
    const config = await configWith({});
    const required = Object.entries({ 'cluster-name': 'my-cluster', region: 'eu-west-1' });
    const argv = required.map(([flag, value]) => `--${flag}=${value}`);
    const defaults = readOperatorConfig({ argv, env: {}, hostname: 'operator-1' });
    expect({ ...config, ownerKinds: [] }).toEqual({ ...defaults, ownerKinds: [] });
    expect(config.ownerKinds.map(formatOwnerKind).sort()).toEqual(
      defaultOwnerKinds.map(formatOwnerKind).sort(),
    );
  });
});

describe('a value', () => {
  it.each<[sentence: string, values: object, wanted: Partial<OperatorConfig>]>([
    [
      'names another log group',
      { logGroup: { name: '/aws/eks/prod' } },
      { logGroupName: '/aws/eks/prod', clusterName: 'my-cluster' },
    ],
    ['sets the enforcement', { enforcement: 'Cluster' }, { enforcement: 'Cluster' }],
    [
      'excludes namespaces, the own one with them',
      { excludedNamespaces: ['db'] },
      { excludedNamespaces: ['db', 'cortex-logging'] },
    ],
    [
      'excludes no namespace but the own',
      { excludedNamespaces: [] },
      { excludedNamespaces: ['cortex-logging'] },
    ],
    [
      'sets the limits of removal, down to 0',
      { removal: { graceSeconds: 0, brakePercent: 0, perSecond: 1 } },
      { removalGraceSeconds: 0, removalBrakePercent: 0, removalsPerSecond: 1 },
    ],
    [
      'sets the limits of removal, up to the last',
      { removal: { graceSeconds: 86_400, brakePercent: 100, perSecond: 1000 }, patchConcurrency: 256 },
      {
        removalGraceSeconds: 86_400,
        removalBrakePercent: 100,
        removalsPerSecond: 1000,
        patchConcurrency: 256,
      },
    ],
    [
      'sets another endpoint of CloudWatch',
      { awsEndpointURL: 'https://vpce-1.logs.eu-west-1.vpce.amazonaws.com' },
      { awsEndpointUrl: 'https://vpce-1.logs.eu-west-1.vpce.amazonaws.com' },
    ],
    [
      'sets port and log level',
      { healthPort: 9000, logLevel: 'debug' },
      { healthPort: 9000, logLevel: 'debug' },
    ],
    ['turns the webhook off', { admission: { mode: 'None' } }, { admission: false }],
    ['leaves labels at birth to policies', { admission: { mode: 'Policy' } }, { admission: false }],
    [
      'sets the port of admission, and refuses what is forged',
      { admission: { port: 8443, denyForged: true } },
      { admission: true, admissionPort: 8443, denyForged: true },
    ],
    [
      'leaves the certificates to cert-manager',
      { admission: { certManager: { enabled: true, issuerRef: { name: 'ca' } } } },
      {
        admissionCertificates: 'CertManager',
        admissionSecret: 'cortex-logging-operator-admission-tls',
      },
    ],
    [
      'is a region of every partition',
      { region: 'us-gov-west-1' },
      { region: 'us-gov-west-1', logGroupName: 'my-cluster' },
    ],
  ])('%s', async (_sentence, values, wanted) => {
    expect(await configWith(values)).toMatchObject(wanted);
  });

  it('declares the log group in full', async () => {
    const logGroup = {
      retentionInDays: 30,
      logGroupClass: 'STANDARD',
      kmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd',
      tags: { team: 'ml', 'cost-center': '4711', yes: 'true', '東京:a/b=c': `é @+-_.${'ü'.repeat(249)}` },
      deletionProtectionEnabled: false,
      fieldIndexes: [{ name: 'labels.apiName', type: 'FACET' }],
      savedQueries: 'Unmanaged',
      deletionPolicy: 'Delete',
      adopt: true,
    };
    const { spec } = only(await render({ logGroup }), 'LogGroup');
    expect(spec).toEqual({ logGroupName: 'my-cluster', ...logGroup });
  });

  it('declares a log group without any index, where the list is empty', async () => {
    const { spec } = only(await render({ logGroup: { fieldIndexes: [] } }), 'LogGroup');
    expect(spec).toMatchObject({ fieldIndexes: [] });
  });

  it('leaves fields of the log group unmanaged by default', async () => {
    const { spec } = only(await render(), 'LogGroup');
    expect(spec).toEqual({
      logGroupName: 'my-cluster',
      logGroupClass: 'STANDARD',
      savedQueries: 'Managed',
      deletionPolicy: 'Retain',
      adopt: false,
    });
  });

  it('of an owner kind gives exactly the right to read it', async () => {
    const ownerKinds = [
      { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
      { group: 'example.com', version: 'v1', resource: 'trainings', kind: 'Training' },
      { group: 'example.com', version: 'v2', resource: 'trainings', kind: 'Training' },
      { group: 'example.com', version: 'v1', resource: 'sweeps', kind: 'Sweep' },
    ];
    const manifests = await render({ ownerKinds });
    const { rules } = only(manifests, 'ClusterRole') as unknown as { rules: { verbs: string[] }[] };
    const reading = rules.filter(({ verbs }) => verbs.join() === 'get');
    expect(reading.filter((rule) => !('resourceNames' in rule))).toEqual([
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get'] },
      { apiGroups: ['example.com'], resources: ['trainings', 'sweeps'], verbs: ['get'] },
    ]);
    expect((await configWith({ ownerKinds })).ownerKinds).toHaveLength(4);
  });

  it('takes the image by its digest, which wins over the tag', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const image = { repository: 'example.com/operator', tag: 'v1', digest };
    expect(podSpecOf(await render({ image })).containers[0]!.image).toBe(`example.com/operator@${digest}`);
    expect(podSpecOf(await render({ image: { tag: 'v1' } })).containers[0]!.image).toBe(
      'cortex-logging/operator:v1',
    );
  });

  it.each([
    ['Webhook', '/readyz/admission'],
    ['Policy', '/readyz'],
    ['None', '/readyz'],
  ])('%s of admission.mode has the kubelet ask %s', async (mode, path) => {
    const { readinessProbe } = podSpecOf(await render({ admission: { mode } })).containers[0]!;
    expect(readinessProbe.httpGet.path).toBe(path);
  });

  it('of one replica makes no PodDisruptionBudget, which would keep nodes from being drained', async () => {
    expect(kindsOf(await render({ replicas: 1 }))).not.toContain('PodDisruptionBudget');
  });

  it('leaves out the ServiceAccount that somebody else makes, and uses it', async () => {
    const manifests = await render({ serviceAccount: { create: false, name: 'theirs' } });
    expect(kindsOf(manifests)).not.toContain('ServiceAccount');
    expect(podSpecOf(manifests).serviceAccountName).toBe('theirs');
    for (const kind of ['RoleBinding', 'ClusterRoleBinding'])
      expect(only(manifests, kind)['subjects']).toEqual([
        { kind: 'ServiceAccount', name: 'theirs', namespace: 'cortex-logging' },
      ]);
  });

  it('annotates the ServiceAccount with its role', async () => {
    const roleARN = 'arn:aws-cn:iam::123456789012:role/team/cortex';
    const account = only(
      await render({ serviceAccount: { roleARN, annotations: { a: 'b' } } }),
      'ServiceAccount',
    );
    expect(account.metadata['annotations']).toEqual({ 'eks.amazonaws.com/role-arn': roleARN, a: 'b' });
  });

  it('reaches the pods as it is written', async () => {
    const values = {
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'infra', operator: 'Exists' }],
      affinity: { podAntiAffinity: {} },
      priorityClassName: 'system-cluster-critical',
    };
    expect(podSpecOf(await render(values))).toMatchObject(values);
    const metadata = {
      podLabels: { 'example.com/team': 'm_l' },
      podAnnotations: { 'Example.com/note': 'a b' },
    };
    const deployment = only(await render(metadata), 'Deployment');
    expect(deployment['spec']).toMatchObject({
      template: {
        metadata: {
          labels: { 'example.com/team': 'm_l', 'app.kubernetes.io/name': 'cortex-logging' },
          annotations: { 'Example.com/note': 'a b' },
        },
      },
    });
    const env = podSpecOf(await render({ extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://p:1' }] }));
    expect(env.containers[0]!.env).toContainEqual({ name: 'HTTPS_PROXY', value: 'http://p:1' });
  });
});

describe('the chart refuses', () => {
  it.each<[sentence: string, values: object, ...says: string[]]>([
    ['to do without both required values, in one message', {}, "missing properties 'clusterName', 'region'"],
    [
      'misspelt values, all at once',
      { ...requiredValues, clustername: 'x', logGroup: { retention: 30 }, removal: { grace: 1 } },
      "at '': additional properties 'clustername' not allowed",
      "at '/logGroup': additional properties 'retention' not allowed",
      "at '/removal': additional properties 'grace' not allowed",
    ],
    [
      'values out of range, all at once',
      {
        ...requiredValues,
        replicas: -1,
        patchConcurrency: 257,
        healthPort: 0,
        removal: { brakePercent: 101 },
        logGroup: { retentionInDays: 8 },
        enforcement: 'Everywhere',
      },
      "at '/replicas': minimum: got -1, want 0",
      "at '/patchConcurrency': maximum: got 257, want 256",
      "at '/healthPort': minimum: got 0, want 1",
      "at '/removal/brakePercent': maximum: got 101, want 100",
      "at '/logGroup/retentionInDays': value must be one of",
      "at '/enforcement': value must be one of 'ClaimedOnly', 'ManagedNamespaces', 'Cluster'",
    ],
    [
      'values of the wrong type',
      { ...requiredValues, replicas: '2', logGroup: { tags: { cost: 4711 } } },
      "at '/replicas': got string, want integer",
      "at '/logGroup/tags/cost': got number, want string",
    ],
    [
      'an owner kind by a wildcard',
      { ...requiredValues, ownerKinds: [{ group: 'apps', version: 'v1', resource: '*', kind: 'Any' }] },
      "at '/ownerKinds/0/resource'",
    ],
    [
      'illegal names, all at once and in words',
      {
        clusterName: 'my cluster',
        region: 'Frankfurt',
        serviceAccount: { roleARN: 'cortex' },
        logGroup: { name: 'aws/x', kmsKeyID: 'alias/x' },
      },
      '- clusterName is "my cluster", which is not a cluster name: use 1 to 100 of a-z A-Z 0-9 - _',
      '- region is "Frankfurt", which is not the name of an AWS region: write it as in eu-west-1',
      '- logGroup.name is "aws/x", which CloudWatch refuses',
      '- logGroup.kmsKeyID is "alias/x", which is not the ARN of a KMS key',
      '- serviceAccount.roleARN is "cortex", which is not the ARN of an IAM role',
    ],
    [
      'an availability zone for a region, and names the region',
      { ...requiredValues, region: 'eu-west-1a' },
      'region is "eu-west-1a", which is an availability zone: write its region, eu-west-1',
    ],
    [
      'to delete a group that is protected',
      { ...requiredValues, logGroup: { deletionPolicy: 'Delete', deletionProtectionEnabled: true } },
      'logGroup.deletionPolicy is Delete while logGroup.deletionProtectionEnabled is true',
    ],
    [
      'cert-manager without an issuer, and one port for two servers',
      { ...requiredValues, healthPort: 9443, admission: { certManager: { enabled: true } } },
      '- admission.certManager.enabled is true without an issuer: set admission.certManager.issuerRef.name',
      '- admission.port and healthPort are both 9443: choose two ports',
    ],
    [
      'field indexes in the class that offers none',
      {
        ...requiredValues,
        logGroup: { logGroupClass: 'INFREQUENT_ACCESS', fieldIndexes: [{ name: 'labels.apiName' }] },
      },
      'logGroup.fieldIndexes are offered by CloudWatch in the class STANDARD only',
    ],
    [
      'keys that it sets itself, which would stand there twice, all at once',
      {
        ...requiredValues,
        podLabels: { 'app.kubernetes.io/name': 'zz', 'app.kubernetes.io/component': 'zz' },
        extraEnv: [
          { name: 'POD_NAME', value: 'x' },
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
        serviceAccount: {
          roleARN: 'arn:aws:iam::123456789012:role/cortex',
          annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/other' },
        },
      },
      '- podLabels has the key app.kubernetes.io/name, which the chart sets itself, to select its pods: remove it',
      '- podLabels has the key app.kubernetes.io/component, which',
      '- extraEnv has POD_NAME, which the chart sets itself: remove it',
      '- extraEnv has A more than once: keep one',
      '- serviceAccount.roleARN is set, and serviceAccount.annotations has the key eks.amazonaws.com/role-arn too',
    ],
    [
      'keys and values that Kubernetes refuses, all at once',
      {
        ...requiredValues,
        podLabels: { 'a b': 'x', team: 'm l' },
        podAnnotations: { '-a': 'x' },
        nodeSelector: { disk: '-ssd' },
        serviceAccount: { annotations: { 'a/b/c': 'x' } },
      },
      '- podLabels has the key "a b", which Kubernetes refuses: write it as name or example.com/name',
      '- podLabels.team is "m l", which Kubernetes refuses: use at most 63 of a-z A-Z 0-9 - _ .',
      '- podAnnotations has the key "-a", which',
      '- nodeSelector.disk is "-ssd", which',
      '- serviceAccount.annotations has the key "a/b/c", which',
    ],
    [
      'what the CRD would refuse in a log group, all at once',
      {
        ...requiredValues,
        logGroup: {
          tags: {
            'cortex.dev/cluster': 'theirs',
            'AWS:x': 'y',
            'a!b': 'c',
            ['k'.repeat(129)]: 'v',
            team: 'm|l',
            long: 'x'.repeat(257),
          },
          fieldIndexes: [{ name: 'labels.apiName' }, { name: 'labels.apiName', type: 'FACET' }],
        },
      },
      '- logGroup.tags has the key cortex.dev/cluster, by which the operator marks the cluster that owns the group: remove it',
      '- logGroup.tags has the key "AWS:x", and AWS keeps keys that start with aws: for itself',
      '- logGroup.tags has the key "a!b", which AWS refuses: use 1 to 128 characters of letters',
      '- logGroup.tags has the key "kkkk',
      '- logGroup.tags.team is "m|l", which AWS refuses',
      '- logGroup.tags.long is "xxxx',
      '- logGroup.fieldIndexes has "labels.apiName" more than once: keep one',
    ],
    [
      'more tags than AWS takes',
      {
        ...requiredValues,
        logGroup: { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'v'])) },
      },
      'logGroup.tags are 51, and AWS takes 50 with the one of the operator: leave at least 2 out',
    ],
  ])('%s', async (_sentence, values, ...says) => {
    const message = await renderFailure(values);
    for (const words of says) expect(message).toContain(words);
  });

  it.each(['<CLUSTER_NAME>', 'a'.repeat(101), '-x', 'a/b', ''])(
    'the cluster name "%s", which the operator would refuse',
    async (clusterName) => {
      expect(await renderFailure({ ...requiredValues, clusterName })).toContain('clusterName is');
      expect(() =>
        readOperatorConfig({
          argv: [`--cluster-name=${clusterName}`, '--region=eu-west-1'],
          env: {},
          hostname: 'x',
        }),
      ).toThrow(/--cluster-name/);
    },
  );
});
