/**
 * Policies of the chart on the shared control plane, whose chart is installed without them. They are what the chart
 * makes, and are narrowed to the namespaces of one test, so that no other test meets them.
 */
import type { Manifest } from '../../control-plane/kube-client.ts';
import { controlPlane } from '../../support/shared-control-plane.ts';
import { render } from '../install/chart.ts';

interface Constrained extends Manifest {
  readonly spec: {
    readonly matchConstraints: {
      readonly namespaceSelector: { readonly matchExpressions: readonly object[] };
    };
  };
}

/**
 * Those of the rendered policies and bindings whose name ends in one of the words; the name of the first namespace is put
 * before it. Resolves with what takes them away.
 */
export async function installPolicies(
  values: object,
  endings: readonly string[],
  namespaces: readonly string[],
): Promise<() => Promise<void>> {
  const { admin } = controlPlane();
  const manifests = (await render(values))
    .filter(({ kind }) => /AdmissionPolicy(Binding)?$/.test(kind))
    .filter(({ metadata }) => endings.some((ending) => metadata.name?.endsWith(`-${ending}`)))
    .map((manifest) => renamed(manifest, namespaces[0] ?? ''))
    .map((manifest) => (isBinding(manifest) ? manifest : narrowed(manifest as Constrained, namespaces)));
  for (const manifest of manifests) await admin.create(manifest);
  return async () => {
    for (const { apiVersion, kind, metadata } of manifests)
      await admin.delete({ apiVersion, kind, name: metadata.name ?? '' });
  };
}

function isBinding({ kind }: Manifest): boolean {
  return kind.endsWith('Binding');
}

function renamed(manifest: Manifest, prefix: string): Manifest {
  const { metadata, spec } = manifest as Manifest & { spec: { policyName?: string } };
  const name = `${prefix}-${metadata.name}`;
  const policyName = spec.policyName === undefined ? {} : { policyName: name };
  return { ...manifest, metadata: { ...metadata, name }, spec: { ...spec, ...policyName } };
}

function narrowed(manifest: Constrained, values: readonly string[]): Manifest {
  const { matchConstraints } = manifest.spec;
  const own = { key: 'kubernetes.io/metadata.name', operator: 'In', values };
  const matchExpressions = [...matchConstraints.namespaceSelector.matchExpressions, own];
  const constraints = { ...matchConstraints, namespaceSelector: { matchExpressions } };
  return { ...manifest, spec: { ...manifest.spec, matchConstraints: constraints } };
}
