/** Resources for the CRD tests, and what the API server says to them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiVersion, isWorkloadKind, type WorkloadKind } from '../../../src/kernel/api-kinds.ts';
import { KubeRequestError, type KubeClient, type Manifest } from '../../control-plane/kube-client.ts';
import { waitFor } from '../../control-plane/wait-for.ts';

export const root = join(import.meta.dirname, '../../..');
const crdFolder = join(root, 'crds');

/** Makes the server's CRDs those of `crds/`; changes nothing where they are already. */
export async function applyCrds(admin: KubeClient): Promise<void> {
  for (const file of readdirSync(crdFolder)) {
    const [crd] = await admin.applyYaml(readFileSync(join(crdFolder, file), 'utf8'));
    await established(admin, crd!.metadata.name);
  }
}

async function established(admin: KubeClient, name: string): Promise<void> {
  const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
  await waitFor(
    async () => {
      const found = await admin.get<{ status?: { conditions?: { type: string; status: string }[] } }>(crd);
      return found?.status?.conditions?.some(
        ({ type, status }) => type === 'Established' && status === 'True',
      );
    },
    { describe: `the CRD ${name} to be established` },
  );
}

export function workload(kind: WorkloadKind, spec?: object, name = 'text-generator'): Manifest {
  return { apiVersion, kind, metadata: { name }, ...(spec === undefined ? {} : { spec }) };
}

export function logGroup(spec: object, name = 'crd-test'): Manifest {
  return { apiVersion, kind: 'LogGroup', metadata: { name }, spec };
}

export interface ServerSide {
  readonly admin: KubeClient;
  /** Where namespaced resources go. */
  readonly namespace: string;
}

const strictDryRun = 'dryRun=All&fieldValidation=Strict';

/** Creates it as `kubectl create --dry-run=server` does: everything is checked and defaulted, nothing is stored. */
export async function tryCreate({ admin, namespace }: ServerSide, manifest: Manifest): Promise<Manifest> {
  const path = await admin.pathOf({ ...placeOf(manifest, namespace), name: '' });
  return admin.request<Manifest>('POST', `${path.replace(/\/$/, '')}?${strictDryRun}`, manifest);
}

/** Merges `patch` into a stored object without storing the result. */
export async function tryPatch(
  { admin, namespace }: ServerSide,
  manifest: Manifest,
  patch: object,
): Promise<Manifest> {
  const path = await admin.pathOf(placeOf(manifest, namespace));
  const type = 'application/merge-patch+json';
  return admin.request<Manifest>('PATCH', `${path}?${strictDryRun}`, patch, type);
}

function placeOf({ apiVersion: version, kind, metadata }: Manifest, namespace: string) {
  const place = { apiVersion: version, kind, name: metadata.name ?? '' };
  return isWorkloadKind(kind) ? { ...place, namespace } : place;
}

/** Why the server refused; fails if it did not. */
export async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof KubeRequestError && (error.status === 422 || error.status === 400))
      return error.message;
    throw error;
  }
  throw new Error('The API server took it.');
}
