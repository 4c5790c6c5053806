/** What the tests of each mode of enforcement share: one control plane, and one operator in it at a time. */
import { identityLabelsOf, type IdentityLabels } from '../../../src/kernel/labels.ts';
import { runCommand, type CommandResult } from '../../control-plane/run-command.ts';
import {
  openAdmissionStage,
  untilAdmitted,
  type AdmissionStage,
  type Replica,
} from '../../support/admission-stage.ts';
import { buildPod, bySelector, type Labels } from '../../support/build-manifests.ts';
import type { Team } from '../../support/team.ts';

/** Of another API than the one that claims the pod, or of none. */
export const forged = { apiName: 'victim', apiKind: 'BatchAPI', jobID: 'stolen' };
/** Of pods of the managed namespace with `app: honest`. */
export const own = { apiName: 'honest', apiKind: 'RealtimeAPI' };

export class ModeWorld {
  readonly stage: AdmissionStage;
  /** Holds a resource. */
  readonly managed: Team;
  /** Holds none. */
  readonly unmanaged: Team;
  #replica: Replica | undefined;
  #made = 0;

  private constructor(stage: AdmissionStage, managed: Team, unmanaged: Team) {
    this.stage = stage;
    this.managed = managed;
    this.unmanaged = unmanaged;
  }

  static async open(): Promise<ModeWorld> {
    const stage = await openAdmissionStage();
    const managed = await stage.newTeam('managed');
    await managed.claim('RealtimeAPI', own.apiName, bySelector({ app: own.apiName }));
    return new ModeWorld(stage, managed, await stage.newTeam('unmanaged'));
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  /** The operator with these flags instead of the one before. */
  async restart(flags: readonly string[]): Promise<void> {
    await this.#replica?.stop();
    this.#replica = await this.stage.startReplica({ flags });
    await untilAdmitted(await this.stage.newTeam('probe'));
  }

  /** What the API server answers to a creation: later repairs are not in it. */
  async bornIn(team: Team, labels: Labels): Promise<IdentityLabels> {
    const born = await team.create(buildPod(`born-${(this.#made += 1)}`, { labels }));
    return identityLabelsOf(born.metadata.labels ?? {});
  }

  async kubectl(team: Team, ...args: readonly string[]): Promise<CommandResult> {
    const { kubectl, kubeconfig } = this.stage.controlPlane;
    return runCommand(kubectl, ['--kubeconfig', kubeconfig, '-n', team.namespace, ...args]);
  }

  /** Whom the operator has patched, once it has looked at all that was there before. */
  async patchedPods(team: Team): Promise<readonly string[]> {
    await team.untilQuiet();
    return (await team.podWrites()).filter((name) => !name.startsWith('canary-'));
  }

  /** Reviews that a look-up was missing for, as metrics. */
  async deferrals(): Promise<readonly string[]> {
    const { body = '' } = (await this.#replica?.health('/metrics')) ?? {};
    return body.split('\n').filter((line) => /outcome="deferred-(LookUp|NotSynced)/.test(line));
  }

  /** How many creations of pods in the namespace the API server answered with this code. */
  async podsMade({ namespace }: Team, code: number): Promise<number> {
    const made = (await this.stage.controlPlane.auditEvents()).filter(
      ({ verb, objectRef, responseStatus }) =>
        verb === 'create' &&
        objectRef?.resource === 'pods' &&
        objectRef.subresource === undefined &&
        objectRef.namespace === namespace &&
        responseStatus?.code === code,
    );
    return made.length;
  }
}
