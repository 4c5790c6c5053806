/** A namespace of the shared control plane in which the policies of the mode Policy label pods at birth. */
import { isJobKind, workloadKinds, type WorkloadKind } from '../../../src/kernel/api-kinds.ts';
import { identityLabelsOf, type IdentityLabels, type Labels } from '../../../src/kernel/labels.ts';
import { buildPod, bySelector, ownedBy } from '../../support/build-manifests.ts';
import { controlPlane, waitFor } from '../../support/shared-control-plane.ts';
import { newTeam, type Team } from '../../support/team.ts';
import { installPolicies } from './install-policies.ts';

export interface Birth {
  /** Nothing is stored. */
  readonly dryRun?: boolean;
  /** Default: a controller of a kind that the operator does not know, and that neither selects nor deletes pods. */
  readonly ownerReferences?: readonly object[];
}

export interface PolicyTeam {
  readonly team: Team;
  /** What the API server answers to the creation of a pod: what the operator does comes later. */
  readonly born: (name: string, labels: Labels, birth?: Birth) => Promise<IdentityLabels>;
  /** Resolves when the operator has seen the resource; the API that a job runs is made with it. */
  readonly claim: (kind: WorkloadKind, name: string, spec: object) => Promise<void>;
  /** Resolves when the policies know every resource of these kinds that is there now; default: of all kinds. */
  readonly untilKnown: (...kinds: readonly WorkloadKind[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openPolicyTeam(prefix: string): Promise<PolicyTeam> {
  const team = await newTeam(controlPlane(), prefix);
  const endings = [...workloadKinds.map((kind) => kind.toLowerCase()), 'match-rule'];
  const close = await installPolicies({ admission: { mode: 'Policy' } }, endings, [team.namespace]);
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'controller' } };
  const byController = ownedBy(await team.create(configMap));
  const opened: PolicyTeam = {
    team,
    born: async (name, labels, { dryRun = false, ownerReferences } = {}) => {
      const path = `/api/v1/namespaces/${team.namespace}/pods${dryRun ? '?dryRun=All' : ''}`;
      const owners = ownerReferences ? { ownerReferences } : byController;
      const answer = await controlPlane().admin.request('POST', path, buildPod(name, { labels, ...owners }));
      return identityLabelsOf(answer.metadata.labels ?? {});
    },
    claim: (kind, name, spec) => claim(team, { kind, name, spec }),
    untilKnown: async (...kinds) => {
      const asked = kinds.length > 0 ? kinds : workloadKinds;
      await Promise.all(asked.map((kind) => untilProbed(kind, opened)));
    },
    close,
  };
  await opened.untilKnown();
  return opened;
}

interface Wanted {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly spec: { readonly apiName?: string };
}

async function claim(team: Team, { kind, name, spec }: Wanted): Promise<void> {
  const apiKind = kind === 'BatchJob' ? 'BatchAPI' : 'TaskAPI';
  if (spec.apiName !== undefined && !(await team.get('cortex.dev/v1alpha1', apiKind, spec.apiName)))
    await team.claim(apiKind, spec.apiName);
  await team.claim(kind, name, spec);
  await team.untilStatus(kind, name, {
    says: ({ conditions = [] }) => conditions.length > 0,
    describe: 'seen by the operator',
  });
}

let probes = 0;

/** The resources of one kind become known in their order. */
async function untilProbed(kind: WorkloadKind, { born, claim: claimed }: PolicyTeam): Promise<void> {
  const app = `probe-${kind.toLowerCase()}-${(probes += 1)}`;
  await claimed(kind, app, { ...(isJobKind(kind) ? { apiName: 'probe' } : {}), ...bySelector({ app }) });
  const isLabeled = async () => (await born(app, { app }, { dryRun: true })).apiName !== undefined;
  const describe = `the policy of ${kind} to know what is there`;
  // An API server that knew of no such kind looks again after half a minute.
  await waitFor(isLabeled, { describe, timeoutMs: 60_000 });
}
