/** deploy/kubectl, installed by the commands that stand in its head, on a control plane of its own. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AnyObject } from '../../control-plane/kube-client.ts';
import { runCommand, type CommandResult } from '../../control-plane/run-command.ts';
import { startControlPlane, type ControlPlane } from '../../control-plane/start-control-plane.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { startOperator, type RunningOperator } from '../../support/install-operator.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'deploy/kubectl');
const namespace = 'cortex-logging';
const operator = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  name: 'cortex-logging-operator',
};

/** The two commands of the file's head: indented comment lines. */
const commands = readFileSync(join(folder, 'cortex-logging.yaml'), 'utf8')
  .split('---')[0]!
  .split('\n')
  .filter((line) => line.startsWith('#   '))
  .map((line) => line.slice(4));

jest.setTimeout(120_000);

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
});
afterAll(() => controlPlane.stop());

/** As a user's shell would, with kubectl on the path. */
async function shell(command: string): Promise<CommandResult> {
  const { kubectl, kubeconfig } = controlPlane;
  const env = {
    ...process.env,
    PATH: `${dirname(kubectl)}:${process.env['PATH'] ?? ''}`,
    KUBECONFIG: kubeconfig,
  };
  return runCommand('sh', ['-c', command], { cwd: folder, env });
}

async function deployedArguments(): Promise<readonly string[]> {
  const deployed = await controlPlane.admin.get<
    AnyObject & { spec: { template: { spec: { containers: { args: string[] }[] } } } }
  >(operator);
  return deployed?.spec.template.spec.containers[0]?.args ?? [];
}

describe('deploy/kubectl as it is', () => {
  it('has two commands in its head', () => {
    expect(commands).toEqual([
      expect.stringContaining('kubectl apply'),
      expect.stringContaining("sed -e 's/<CLUSTER_NAME>/"),
    ]);
  });

  it('makes an operator that refuses to start, and names what is not set', async () => {
    const { exitCode, stderr } = await shell(
      'kubectl apply -f crds.yaml && kubectl apply -f cortex-logging.yaml',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const args = (await deployedArguments()).filter((arg) => !arg.includes('$('));
    const started = await runCommand(process.execPath, [join(root, 'src/operator.ts'), ...args], {
      env: { POD_NAME: 'operator-1', POD_NAMESPACE: namespace, KUBECONFIG: controlPlane.kubeconfig },
      timeoutMs: 20_000,
    });
    expect(started.exitCode).toBe(2);
    expect(started.stderr).toContain('--cluster-name (or CORTEX_CLUSTER_NAME): "<CLUSTER_NAME>" must be');
    expect(started.stderr).toContain(
      '--region (or CORTEX_REGION, AWS_REGION, AWS_DEFAULT_REGION): "<REGION>" must be',
    );
  });
});

describe('deploy/kubectl by its commands', () => {
  let running: RunningOperator | undefined;
  afterAll(() => running?.stop());

  it.each(commands)('%s', async (command) => {
    const { exitCode, stderr } = await shell(
      command.replace('-f crds.yaml', '--force-conflicts -f crds.yaml'),
    );
    // The CRDs above were applied in the other way, and kubectl says that it takes them over.
    expect({ exitCode, stderr: stderr.replaceAll(/^Warning: .*managedFields.*\n/gm, '') }).toEqual({
      exitCode: 0,
      stderr: '',
    });
  });

  it('leaves no placeholder', async () => {
    const args = await deployedArguments();
    expect(args).toEqual(
      expect.arrayContaining([
        '--cluster-name=my-cluster',
        '--region=eu-west-1',
        '--log-group-name=my-cluster',
      ]),
    );
    expect(args.join(' ')).not.toMatch(/[<>]/);
  });

  it('a second time changes nothing', async () => {
    // Of an object that has no generation, the version of its metadata's last write.
    const versions = () =>
      shell(
        `kubectl get -f cortex-logging.yaml -o custom-columns=:kind,:metadata.name,:metadata.generation,:metadata.managedFields[0].time`,
      );
    const before = await versions();
    await shell(commands[1]!);
    const after = await versions();
    expect(before.stdout.trim().split('\n').length).toBeGreaterThan(5);
    expect(after).toEqual(before);
  });

  it('brings pods up in a namespace of restricted Pod Security, which it makes', async () => {
    const { metadata } = (await controlPlane.admin.get({
      apiVersion: 'v1',
      kind: 'Namespace',
      name: namespace,
    }))!;
    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    await waitFor(
      async () => {
        const deployed = await controlPlane.admin.get<
          AnyObject & { status?: { availableReplicas?: number } }
        >(operator);
        return deployed?.status?.availableReplicas === 2;
      },
      { describe: 'two replicas to be available' },
    );
  });

  it('gives the operator the rights to work: it labels a pod and declares the log group', async () => {
    const { admin } = controlPlane;
    running = await startOperator(controlPlane, {
      guard: controlPlane.guard,
      awsEndpointUrl: 'http://127.0.0.1:9',
    });
    await running.ready();
    await controlPlane.runKubectl(['apply', '-f', join(root, 'examples/01-realtime-api.yaml')]);
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'default' };
    await waitFor(
      async () => (await admin.list({ ...pods, labelSelector: 'apiName=text-generator' })).length === 2,
      { describe: 'the pods of the example to be labeled' },
    );
    const group = { apiVersion: 'cortex.dev/v1alpha1', kind: 'LogGroup', name: 'default' };
    await waitFor(
      async () => {
        const found = await admin.get<AnyObject & { spec: { logGroupName: string } }>(group);
        return found?.spec.logGroupName === 'my-cluster';
      },
      { describe: 'the LogGroup of the cluster' },
    );
  });
});
