/** Who is asked about the pods of which namespaces, so that contestants stand side by side on one API server. */
import type { ControlPlaneConnection } from '../../test/control-plane/connect-to-control-plane.ts';
import type { AnyObject, Manifest } from '../../test/control-plane/kube-client.ts';
import { registration } from '../../test/support/admission-stage.ts';
import { render } from '../../test/integration/install/chart.ts';

type Admin = ControlPlaneConnection['admin'];

interface Webhook {
  readonly name: string;
  readonly namespaceSelector: { readonly matchExpressions?: readonly object[] };
}

/** A namespace says by this label who is asked about its pods; `none` without one. */
export const contestantLabel = 'bench';

const of = (name: string) => ({ key: contestantLabel, operator: 'In', values: [name] });

/** The operator is asked about its own namespaces only. Returns its registration as it was. */
export async function narrowOperator(admin: Admin): Promise<readonly Webhook[]> {
  const { webhooks } = (await admin.get<AnyObject & { webhooks: readonly Webhook[] }>(registration))!;
  const narrowed = webhooks.map((webhook) => ({
    ...webhook,
    namespaceSelector: {
      matchExpressions: [...(webhook.namespaceSelector.matchExpressions ?? []), of('operator')],
    },
  }));
  await admin.patch(registration, { webhooks: narrowed });
  return webhooks;
}

/** As the operator's, but for where it is. */
export async function registerEcho(
  admin: Admin,
  [webhook]: readonly Webhook[],
  { name, url, ca }: { readonly name: string; readonly url: string; readonly ca: string },
): Promise<void> {
  const { apiVersion, kind } = registration;
  const echo = {
    ...webhook,
    name: `${name}.bench.cortex.dev`,
    clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
    namespaceSelector: { matchExpressions: [of(name)] },
  };
  await admin.create({ apiVersion, kind, metadata: { name }, webhooks: [echo] });
}

/** What the chart installs in the mode Policy, for the namespaces of `policy`. */
export async function installPolicies(admin: Admin): Promise<void> {
  const manifests = await render({ admission: { mode: 'Policy' } });
  for (const manifest of manifests.filter(({ kind }) => kind.startsWith('MutatingAdmissionPolicy')))
    await admin.create(manifest.kind.endsWith('Binding') ? manifest : narrowedPolicy(manifest));
}

function narrowedPolicy(manifest: Manifest): Manifest {
  const spec = manifest['spec'] as { readonly matchConstraints: object };
  const namespaceSelector = { matchExpressions: [of('policy')] };
  return {
    ...manifest,
    spec: { ...spec, matchConstraints: { ...spec.matchConstraints, namespaceSelector } },
  };
}
