/** Which admission policies the chart makes, on which servers. */
import { describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { workloadKinds } from '../../../src/kernel/api-kinds.ts';
import type { Manifest } from '../../control-plane/kube-client.ts';
import { runCommand } from '../../control-plane/run-command.ts';
import { chartFolder } from '../../support/install-operator.ts';
import { helm, kindsOf, render, renderFailure, requiredValues } from './chart.ts';

const policyMode = { admission: { mode: 'Policy' } };
const protecting = { policies: { protectLabels: { enabled: true } } };

const policiesIn = (manifests: readonly Manifest[]) =>
  manifests
    .filter(({ kind }) => /AdmissionPolicy$/.test(kind))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort();

describe('the chart', () => {
  it('confines the operator, and makes no other policy', async () => {
    expect(policiesIn(await render())).toEqual([
      'ValidatingAdmissionPolicy cortex-logging-operator-confined',
      'ValidatingAdmissionPolicy cortex-logging-operator-finalizers',
    ]);
  });

  it('confines it not where that is switched off', async () => {
    expect(policiesIn(await render({ policies: { confineOperator: false } }))).toEqual([]);
  });

  it.each([
    ['1.30', 2],
    ['1.29', 0],
  ])('on Kubernetes %s confines the operator by %i policies', async (version, count) => {
    expect(policiesIn(await render({}, [`--kube-version=${version}`]))).toHaveLength(count);
  });

  it('names the operator by the account that it runs as', async () => {
    const serviceAccount = { create: false, name: 'theirs' };
    const manifests = await render({ serviceAccount });
    const policies = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    expect(policies.length).toBeGreaterThan(0);
    for (const { spec } of policies)
      expect(JSON.stringify(spec)).toContain(
        "request.userInfo.username == 'system:serviceaccount:cortex-logging:theirs'",
      );
  });

  it('in the mode Policy makes one for each kind and one for the match rule, and nothing of the webhook', async () => {
    const manifests = await render(policyMode);
    expect(policiesIn(manifests)).toEqual([
      ...workloadKinds
        .map((kind) => `MutatingAdmissionPolicy cortex-logging-operator-${kind.toLowerCase()}`)
        .sort(),
      'ValidatingAdmissionPolicy cortex-logging-operator-confined',
      'ValidatingAdmissionPolicy cortex-logging-operator-finalizers',
      'ValidatingAdmissionPolicy cortex-logging-operator-match-rule',
    ]);
    expect(kindsOf(manifests)).not.toContain('MutatingWebhookConfiguration');
    expect(kindsOf(manifests)).not.toContain('Service');
  });

  it.each([['Webhook'], ['Policy'], ['None']])(
    'in the mode %s gives the operator no right on any policy',
    async (mode) => {
      const roles = (await render({ admission: { mode } })).filter(({ kind }) => kind.endsWith('Role'));
      expect(roles).toHaveLength(2);
      expect(JSON.stringify(roles)).not.toMatch(/admissionpolic/);
    },
  );

  it.each<[sentence: string, server: readonly string[]]>([
    ['a server that is told to have them', ['--kube-version=1.36']],
    [
      'an older one on which they are switched on',
      ['--kube-version=1.35', '--api-versions=admissionregistration.k8s.io/v1/MutatingAdmissionPolicy'],
    ],
  ])('makes mutating policies for %s', async (_sentence, server) => {
    const kinds = kindsOf(await render(policyMode, server));
    expect(kinds.filter((kind) => kind === 'MutatingAdmissionPolicy')).toHaveLength(6);
  });

  it.each<[sentence: string, server: readonly string[]]>([
    ['1.35', ['--kube-version=1.35']],
    ['1.36 without them', ['--kube-version=1.36', '--api-versions=v1/Pod']],
  ])('refuses the mode Policy on %s, says why, and what else there is', async (_version, server) => {
    const message = await renderFailure({ ...requiredValues, ...policyMode }, server);
    expect(message).toMatch(
      /admission\.mode is Policy, which needs the MutatingAdmissionPolicy .* \(Kubernetes 1\.36\), and this server \(v1\.3\d\) does not have it: set admission\.mode to Webhook or None/,
    );
  });

  it('refuses to protect labels where the server cannot', async () => {
    const message = await renderFailure({ ...requiredValues, ...protecting }, ['--kube-version=1.29']);
    expect(message).toContain(
      'policies.protectLabels.enabled is true, which needs the ValidatingAdmissionPolicy',
    );
  });

  it('refuses an exempt account that is not written as namespace/name', async () => {
    const protectLabels = { enabled: true, exempt: { serviceAccounts: ['deployer'] } };
    const message = await renderFailure({ ...requiredValues, policies: { protectLabels } });
    expect(message).toContain("at '/policies/protectLabels/exempt/serviceAccounts/0'");
  });
});

describe('the notes', () => {
  it.each<[sentence: string, version: string, values: object, says: RegExp]>([
    [
      'tell what is left out on 1.29',
      '1.29',
      {},
      /\(v1\.29\) has no ValidatingAdmissionPolicy .* are left out/s,
    ],
    [
      'tell which pods policies label',
      '1.36',
      policyMode,
      /those that a controller makes and a selector claims/,
    ],
  ])('%s', async (_sentence, version, values, says) => {
    expect(await notes(version, values)).toMatch(says);
  });

  it('have no word of it on 1.30', async () => {
    const text = await notes('1.30', {});
    expect(text).toContain('Cortex Logging labels the pods of cluster my-cluster');
    expect(text).not.toContain('AdmissionPolicy');
  });
});

/** `helm template` shows no notes, so here a manifest holds them. */
async function notes(version: string, values: object): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'cortex-chart-'));
  try {
    cpSync(chartFolder, copy, { recursive: true });
    writeFileSync(
      join(copy, 'templates/notes.yaml'),
      'notes: {{ include (print $.Template.BasePath "/NOTES.txt") . | toJson }}',
    );
    const args = ['template', 'x', copy, `--kube-version=${version}`, '--show-only=templates/notes.yaml'];
    const input = JSON.stringify({ ...requiredValues, ...values });
    const { stdout, stderr } = await runCommand(helm, [...args, '--values', '-'], { input });
    return (parse(stdout) as { notes?: string } | null)?.notes ?? stderr;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
