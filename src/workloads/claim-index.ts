/** The resources at hand, by namespace, and the claims made of them: what every pod decision reads. */
import { apiKindOfJob, isApiKind, type ApiKind, type JobKind } from '../kernel/api-kinds.ts';
import { claimsOf, hasItsApi, type Claim } from './claims.ts';
import { workloadKey, type Workload } from './workload.ts';

const none: readonly Claim[] = [];

export class ClaimIndex {
  readonly #workloads = new Map<string, Map<string, Workload>>();
  /** Claims are computed when first asked for, and forgotten when a resource of the namespace changes. */
  readonly #claims = new Map<string, readonly Claim[]>();
  /** `apiKind/apiName` -> namespaces that hold an API of that kind and name. */
  readonly #namespacesOfName = new Map<string, Set<string>>();

  /** Takes a resource as it is now, or away (`after` undefined). */
  update(before: Workload | undefined, after: Workload | undefined): void {
    if (before) this.#remove(before);
    if (after) this.#add(after);
  }

  get(workload: Pick<Workload, 'kind' | 'namespace' | 'name'>): Workload | undefined {
    return this.#workloads.get(workload.namespace)?.get(workloadKey(workload));
  }

  /** Strongest first; empty for a namespace without resources. */
  claimsIn(namespace: string): readonly Claim[] {
    const known = this.#claims.get(namespace);
    if (known) return known;
    const workloads = this.#workloads.get(namespace);
    if (!workloads) return none;
    const claims = claimsOf([...workloads.values()]);
    this.#claims.set(namespace, claims);
    return claims;
  }

  hasWorkloads(namespace: string): boolean {
    return this.#workloads.has(namespace);
  }

  workloadsIn(namespace: string): readonly Workload[] {
    return [...(this.#workloads.get(namespace)?.values() ?? [])];
  }

  /** Whether the API that a job runs exists in the job's namespace. */
  apiExists(job: Workload): boolean {
    return hasItsApi(job, this.workloadsIn(job.namespace));
  }

  /** Namespaces that hold an API of this kind and name, sorted; more than one means that the name is shared. */
  namespacesOf(apiKind: ApiKind, apiName: string): readonly string[] {
    return [...(this.#namespacesOfName.get(`${apiKind}/${apiName}`) ?? [])].sort();
  }

  /** `kind/namespace/name uid` of every resource, sorted: two equal lists mean the same set of claims. */
  fingerprint(): readonly string[] {
    return [...this.#workloads.values()]
      .flatMap((workloads) =>
        [...workloads.values()].map((workload) => `${workloadKey(workload)} ${workload.uid}`),
      )
      .sort();
  }

  #add(workload: Workload): void {
    const { namespace } = workload;
    const workloads = this.#workloads.get(namespace) ?? new Map<string, Workload>();
    this.#workloads.set(namespace, workloads.set(workloadKey(workload), workload));
    this.#claims.delete(namespace);
    if (isApiKind(workload.kind)) this.#namespaces(workload).add(namespace);
  }

  #remove(workload: Workload): void {
    const { namespace } = workload;
    const workloads = this.#workloads.get(namespace);
    workloads?.delete(workloadKey(workload));
    if (workloads?.size === 0) this.#workloads.delete(namespace);
    this.#claims.delete(namespace);
    if (isApiKind(workload.kind)) this.#namespaces(workload).delete(namespace);
  }

  #namespaces({ kind, name }: Workload): Set<string> {
    const key = `${kind}/${name}`;
    const namespaces = this.#namespacesOfName.get(key) ?? new Set<string>();
    this.#namespacesOfName.set(key, namespaces);
    return namespaces;
  }
}

/** The jobs of a namespace that run the given API: their readiness depends on it. */
export function jobsOfApi(api: Workload, workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter(
    (job) => job.spec.apiName === api.name && apiKindOfJob[job.kind as JobKind] === api.kind,
  );
}
