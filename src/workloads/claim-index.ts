/** The resources at hand, by namespace, and the claims made of them: what every pod decision reads. */
import { apiKindOfJob, isApiKind, isJobKind, type ApiKind, type JobKind } from '../kernel/api-kinds.ts';
import { ClaimSet } from './claim-set.ts';
import { apiKindOf, toClaim, type Claim, type Claims } from './claims.ts';
import { apiNameOf, workloadKey, type Workload } from './workload.ts';

/** What became different about the claims of a namespace by the change of one resource. */
export interface ClaimChange {
  readonly namespace: string;
  /** Those that came and those that went; of one that changed both. */
  readonly claims: readonly Claim[];
  /** The namespace got its first resource or lost its last one. */
  readonly isFirstOrLast: boolean;
}

interface Namespace {
  readonly workloads: Map<string, Workload>;
  /** Kept up to date with each resource: to make them anew would cost all resources of the namespace each time. */
  readonly claims: ClaimSet;
}

const none: Claims = new ClaimSet();

export class ClaimIndex {
  readonly #namespaces = new Map<string, Namespace>();
  /** `apiKind/apiName` -> namespaces that hold an API of that kind and name. */
  readonly #namespacesOfName = new Map<string, Set<string>>();
  readonly #listeners = new Set<(change: ClaimChange) => void>();

  /** Calls `listener` after each change of claims, within the turn; a change of status alone is none. The returned function ends that. */
  onChange(listener: (change: ClaimChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a resource as it is now, or away (`after` undefined). */
  update(before: Workload | undefined, after: Workload | undefined): void {
    const workload = after ?? before;
    if (!workload) return;
    const { namespace } = workload;
    const hadWorkloads = this.hasWorkloads(namespace);
    const { claims } = this.#put(workload, after);
    if (!changesClaims(before, after)) return;
    const comesOrGoes = before === undefined || after === undefined;
    const concerned = comesOrGoes ? [workload, ...this.#dependents(workload)] : [workload];
    const changed = concerned.flatMap((each) => this.#reclaim(claims, each));
    const isFirstOrLast = hadWorkloads !== this.hasWorkloads(namespace);
    if (changed.length > 0 || isFirstOrLast) this.#tell({ namespace, claims: changed, isFirstOrLast });
  }

  get(workload: Pick<Workload, 'kind' | 'namespace' | 'name'>): Workload | undefined {
    return this.#namespaces.get(workload.namespace)?.workloads.get(workloadKey(workload));
  }

  /** Empty for a namespace without resources. What is returned goes with later changes. */
  claimsIn(namespace: string): Claims {
    return this.#namespaces.get(namespace)?.claims ?? none;
  }

  hasWorkloads(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  workloadsIn(namespace: string): readonly Workload[] {
    return [...(this.#namespaces.get(namespace)?.workloads.values() ?? [])];
  }

  /** Whether the API that a job runs exists in the job's namespace. */
  apiExists(job: Workload): boolean {
    const { namespace, kind } = job;
    return this.get({ kind: apiKindOf(kind), namespace, name: apiNameOf(job) }) !== undefined;
  }

  /** Namespaces that hold an API of this kind and name, sorted; more than one means that the name is shared. */
  namespacesOf(apiKind: ApiKind, apiName: string): readonly string[] {
    return [...(this.#namespacesOfName.get(`${apiKind}/${apiName}`) ?? [])].sort();
  }

  /** `kind/namespace/name uid` of every resource, sorted: two equal lists mean the same set of claims. */
  fingerprint(): readonly string[] {
    return [...this.#namespaces.values()]
      .flatMap(({ workloads }) =>
        [...workloads.values()].map((workload) => `${workloadKey(workload)} ${workload.uid}`),
      )
      .sort();
  }

  /** Makes the resource what it is `after`; returns the namespace, which is forgotten with its last resource. */
  #put(workload: Workload, after: Workload | undefined): Namespace {
    const { namespace } = workload;
    const found = this.#namespaces.get(namespace) ?? { workloads: new Map(), claims: new ClaimSet() };
    if (after) found.workloads.set(workloadKey(after), after);
    else found.workloads.delete(workloadKey(workload));
    if (found.workloads.size > 0) this.#namespaces.set(namespace, found);
    else this.#namespaces.delete(namespace);
    if (isApiKind(workload.kind)) this.#share(workload, after !== undefined);
    return found;
  }

  /** A job claims only while its API is there. */
  #dependents(workload: Workload): readonly Workload[] {
    return isApiKind(workload.kind) ? jobsOfApi(workload, this.workloadsIn(workload.namespace)) : [];
  }

  /** Makes the resource's claim what it is now; returns the one before and the one now. */
  #reclaim(claims: ClaimSet, resource: Workload): readonly Claim[] {
    const workload = this.get(resource);
    const inForce = workload && (!isJobKind(workload.kind) || this.apiExists(workload));
    const after = inForce ? toClaim(workload) : undefined;
    const before = claims.put(workloadKey(resource), after);
    return [before, after].filter((claim) => claim !== undefined);
  }

  #share({ kind, name, namespace }: Workload, isThere: boolean): void {
    const key = `${kind}/${name}`;
    const namespaces = this.#namespacesOfName.get(key) ?? new Set<string>();
    if (isThere) namespaces.add(namespace);
    else namespaces.delete(namespace);
    if (namespaces.size > 0) this.#namespacesOfName.set(key, namespaces);
    else this.#namespacesOfName.delete(key);
  }

  #tell(change: ClaimChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** A change of status says nothing new about pods. */
function changesClaims(before: Workload | undefined, after: Workload | undefined): boolean {
  return before?.uid !== after?.uid || before?.generation !== after?.generation;
}

/** The jobs of a namespace that run the given API: their readiness depends on it. */
export function jobsOfApi(api: Workload, workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter(
    (job) => job.spec.apiName === api.name && apiKindOfJob[job.kind as JobKind] === api.kind,
  );
}
