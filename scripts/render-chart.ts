/** The chart as plain manifests, for those who install with kubectl. */
import { execFileSync } from 'node:child_process';

/** Legal for the chart, and replaced by what is legal nowhere: the operator refuses to start until they are set. */
const placeholders = [
  { value: 'clusterName', legal: 'placeholder-of-cluster-name', written: '<CLUSTER_NAME>' },
  { value: 'region', legal: 'xx-placeholder-1', written: '<REGION>' },
] as const;

const head = `# Rendered from deploy/helm/cortex-logging by \`npm run render\`; edit there.
`;

const operatorHead = `${head}#
# Two things must be set before it is applied: the name of the cluster, and the AWS region of its log group.
#
#   kubectl apply --server-side -f crds.yaml
#   sed -e 's/<CLUSTER_NAME>/my-cluster/' -e 's/<REGION>/eu-west-1/' cortex-logging.yaml | kubectl apply -f -
#
# The operator refuses to start, and says so in its log, while one of them is not set.
#
# Put its image where your nodes can pull it (\`image:\`). It needs AWS credentials with the policy
# deploy/iam/operator.json: by EKS Pod Identity for the ServiceAccount cortex-logging/cortex-logging-operator,
# or by that ServiceAccount's annotation eks.amazonaws.com/role-arn (IRSA).
# It makes the LogGroup \`default\` by itself; apply your own to set retention and more.
`;

/** What the files are for; helm would take the version of its own build. */
const kubernetesVersion = '1.30';

/** What only Helm has a use for; whoever finds it would look for a release that is not there. */
const linesOfHelm = /^ +(app\.kubernetes\.io\/managed-by: Helm|helm\.sh\/chart: .*)\n/gm;

function helmOutput(helm: string, args: readonly string[]): string {
  return execFileSync(helm, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
}

/** File names of `deploy/kubectl` with their texts. `helm` is the program, by name or path. */
export function renderChart(helm: string, chart: string): ReadonlyMap<string, string> {
  const settings = [
    ...placeholders.map(({ value, legal }) => `${value}=${legal}`),
    'namespace.create=true',
    // kubectl looks all kinds up before it applies the first object, so a CRD and its resource need two runs.
    'logGroup.create=false',
  ];
  const place = ['--namespace', 'cortex-logging', '--kube-version', kubernetesVersion];
  const options = [...place, ...settings.flatMap((setting) => ['--set', setting])];
  let operator = helmOutput(helm, ['template', 'cortex-logging', chart, ...options]);
  for (const { legal, written } of placeholders) operator = operator.replaceAll(legal, written);
  return new Map([
    ['crds.yaml', head + helmOutput(helm, ['show', 'crds', chart])],
    ['cortex-logging.yaml', operatorHead + operator.replaceAll(linesOfHelm, '')],
  ]);
}
