/** What the API server knows of the webhook, against what the operator serves. */
import { X509Certificate } from 'node:crypto';
import type { AnyObject, KubeClient } from '../control-plane/kube-client.ts';
import { operatorName, systemNamespace } from './names.ts';

export interface RegisteredWebhook {
  /** Namespaces, by name, whose pods it is not asked about. */
  readonly excluded: readonly string[];
  /** Whether the API server trusts the certificate in the operator's Secret. */
  readonly isTrusted: boolean;
}

/** Of each webhook that the chart registers. */
export async function registeredWebhooks(admin: KubeClient): Promise<readonly RegisteredWebhook[]> {
  const secret = await admin.get<{ readonly data: Readonly<Record<string, string>> }>({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: systemNamespace,
    name: `${operatorName}-admission`,
  });
  const served = decode(secret?.data['tls.crt'] ?? '');
  const registration = await admin.get<Registration>({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    name: operatorName,
  });
  return (registration?.webhooks ?? []).map(({ namespaceSelector, clientConfig: { caBundle = '' } }) => ({
    excluded: namespaceSelector.matchExpressions.find(({ operator }) => operator === 'NotIn')?.values ?? [],
    isTrusted: certificatesOf(decode(caBundle)).some((authority) => isIssuedBy(served, authority)),
  }));
}

interface Registration extends AnyObject {
  readonly webhooks: readonly {
    readonly clientConfig: { readonly caBundle?: string };
    readonly namespaceSelector: {
      readonly matchExpressions: readonly { readonly operator: string; readonly values: readonly string[] }[];
    };
  }[];
}

function isIssuedBy(leaf: string, authority: string): boolean {
  const [issued, issuer] = [new X509Certificate(leaf), new X509Certificate(authority)];
  return issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}

function certificatesOf(bundle: string): readonly string[] {
  return bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
