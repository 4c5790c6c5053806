/** The chart through the real helm, without a cluster. */
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../control-plane/kube-client.ts';
import { resolveBinaries } from '../../control-plane/resolve-binaries.ts';
import { runCommand, type CommandResult } from '../../control-plane/run-command.ts';
import { chartFolder } from '../../support/install-operator.ts';

export const { helm } = await resolveBinaries(['helm']);

export const requiredValues = { clusterName: 'my-cluster', region: 'eu-west-1' };

/** `helm <command> <chart>` with the values as a file, so that types stay what they are. */
export async function runHelm(command: readonly string[], values: object): Promise<CommandResult> {
  return runCommand(helm, [...command, chartFolder, '--namespace', 'cortex-logging', '--values', '-'], {
    input: JSON.stringify(values),
  });
}

/**
 * All objects that the chart makes with the required values and these. `server` are flags of `helm template` that tell
 * what the API server can do, such as `--kube-version=1.30`; without, it can do all that this helm knows.
 */
export async function render(
  values: object = {},
  server: readonly string[] = [],
): Promise<readonly Manifest[]> {
  const result = await runHelm(['template', 'cortex-logging', ...server], { ...requiredValues, ...values });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return parseAllDocuments(result.stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** Why the chart does not render. */
export async function renderFailure(values: object, server: readonly string[] = []): Promise<string> {
  const { exitCode, stderr } = await runHelm(['template', 'cortex-logging', ...server], values);
  if (exitCode === 0) throw new Error('The chart rendered.');
  return stderr;
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers: readonly {
    readonly image: string;
    readonly args: readonly string[];
    readonly env: readonly { readonly name: string }[];
    readonly readinessProbe: { readonly httpGet: { readonly path: string } };
  }[];
  readonly [field: string]: unknown;
}

export function podSpecOf(manifests: readonly Manifest[]): PodSpec {
  const deployment = only(manifests, 'Deployment');
  return (deployment['spec'] as { template: { spec: PodSpec } }).template.spec;
}

/** The one object of the kind. */
export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) throw new Error(`The chart makes ${found.length} objects of kind ${kind}.`);
  return found[0]!;
}

export function kindsOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.map(({ kind }) => kind).sort();
}
