import { mkdtemp, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../control-plane/free-port.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { layOutImage } from './lay-out-image.ts';
import type { Image } from './lay-out-image.ts';

const largestLayer = 5_000_000;
const cluster = ['--cluster-name=my-cluster', '--region=eu-west-1'];
/** Node itself refuses every write, to files anywhere, and every further process. */
const readOnly = ['--permission', '--allow-fs-read=*'];

let image: Image;
let before: readonly string[];

beforeAll(async () => {
  image = await layOutImage();
  before = await image.snapshot();
}, 60_000);

afterAll(async () => {
  expect(await image.snapshot()).toEqual(before);
  await image.remove();
});

describe('the image', () => {
  it('adds at most 5 MB to Node', async () => {
    const bytes = await image.layerBytes();
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThanOrEqual(largestLayer);
  });

  it('has the licenses of what is in it', async () => {
    const files = await readdir(join(image.folder, 'app'), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'operator.js', 'operator/LICENSES.txt']));
  });

  it('explains itself', async () => {
    const { exitCode, stdout, stderr } = await image.start(['--help']).finished;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: operator /);
    expect(stdout).toContain('--cluster-name');
  });

  it('refuses a bad configuration with all of its problems', async () => {
    const args = ['--cluster-name=-x', '--log-level=loud', '--health-port=99999'];
    const { exitCode, stdout, stderr } = await image.start(args).finished;
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^operator: the configuration has 4 problems:/);
    for (const key of ['--cluster-name', '--region', '--log-level', '--health-port'])
      expect(stderr).toContain(`\n  ${key} `);
  });

  it('says so when it finds no API server to speak to', async () => {
    const { exitCode, stderr } = await image.start([...cluster, '--kubeconfig=/no/such/file']).finished;
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^operator: Cannot use the kubeconfig \/no\/such\/file: /);
  });

  it('runs until it is told to stop, with the API server out of reach, and writes nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cortex-logging-kubeconfig-'));
    const [port = 0, nobody = 0] = await freePorts(2);
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'config'), kubeconfigFor(`https://127.0.0.1:${nobody}`), { mode: 0o644 });
    const health = `--health-host=127.0.0.1 --health-port=${port}`.split(' ');
    const args = [...cluster, ...health, `--kubeconfig=${join(folder, 'config')}`];
    const operator = image.start(args, { nodeFlags: readOnly });
    try {
      await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, {
        describe: 'the operator to be alive',
      });
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
    } finally {
      operator.kill('SIGTERM');
      await rm(folder, { recursive: true });
    }
    const { exitCode, stderr } = await operator.finished;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('has a client of CloudWatch Logs that works when it is needed', async () => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.headers['x-amz-target'] as string);
      response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"logGroups":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const parts = await readdir(join(image.folder, 'app/operator'));
    const sdk = parts.find((name) => name.startsWith('sdk-'));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = `
      const { CloudWatchLogsClient, DescribeLogGroupsCommand } = await import('./operator/${sdk}');
      const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
      const client = new CloudWatchLogsClient({ region: 'eu-west-1', endpoint: '${endpoint}', credentials });
      const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
      console.log(JSON.stringify(logGroups));`;
    const words = ['--input-type=module', '--eval', script];
    const finished = await image.start([], { nodeFlags: readOnly, words }).finished;
    server.close();
    expect(finished).toEqual({ exitCode: 0, signal: null, stdout: '[]\n', stderr: '' });
    expect(paths).toEqual(['Logs_20140328.DescribeLogGroups']);
  });
});

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster: { server } }],
    users: [{ name: 'it', user: { token: 'example' } }],
  });
}
