/** From settings to a scene: the way to the cluster, and a CloudWatch Logs that its pods reach. */
import { existsSync, mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/kernel/errors.ts';
import { startTwin } from '../../src/twin/start-twin.ts';
import { freePorts } from '../control-plane/free-port.ts';
import { openProcessGuard, type ProcessGuard } from '../control-plane/process-guard.ts';
import { resolveBinaries } from '../control-plane/resolve-binaries.ts';
import { runCommand } from '../control-plane/run-command.ts';
import { waitFor } from '../control-plane/wait-for.ts';
import { openScene, type Scene, type SceneAddress } from './scene.ts';
import type { Settings } from './settings.ts';

export interface Stage {
  readonly scene: Scene;
  /** Everything on this machine; what is in the cluster must be removed before. */
  close(): Promise<void>;
}

/** @throws Error for people, if the cluster or this machine's address cannot be used */
export async function openStage(settings: Settings, say: (line: string) => void): Promise<Stage> {
  const { kubectl, helm } = await resolveBinaries(['kubectl', 'helm']);
  const apiServer = await apiServerOf(kubectl, settings);
  const guard = openProcessGuard();
  try {
    const server = await startProxy(guard, kubectl, settings);
    const { awsEndpointUrl, close } = await openAws(settings, apiServer);
    say(`cluster ${apiServer.href}, CloudWatch Logs at ${awsEndpointUrl}`);
    const address: SceneAddress = { settings, kubectl, helm, server, awsEndpointUrl };
    const scene = openScene(address);
    return {
      scene,
      close: async () => {
        await Promise.all([scene.close(), close()]);
        await guard.close();
      },
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
}

async function apiServerOf(kubectl: string, { kubeconfig }: Settings): Promise<URL> {
  if (!existsSync(kubeconfig)) throw new Error(`E2E_KUBECONFIG: there is no file ${kubeconfig}.`);
  const view = ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'];
  const { stdout, stderr } = await runCommand(kubectl, ['--kubeconfig', kubeconfig, ...view]);
  if (URL.canParse(stdout)) return new URL(stdout);
  const why = stderr.trim() || 'its current context names no API server';
  throw new Error(`E2E_KUBECONFIG: the kubeconfig ${kubeconfig} cannot be used: ${why}`);
}

/** kubectl knows every way to log in that a kubeconfig may name. */
async function startProxy(guard: ProcessGuard, kubectl: string, { kubeconfig }: Settings): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-logging-e2e-'));
  guard.removeAtEnd(folder);
  const [port = 0] = await freePorts(1);
  const proxy = guard.spawn(kubectl, ['--kubeconfig', kubeconfig, 'proxy', `--port=${port}`], {
    logFile: join(folder, 'proxy.log'),
    expendable: true,
  });
  const server = `http://127.0.0.1:${port}`;
  const isReady = async (): Promise<boolean> => {
    if (!proxy.isRunning) return true;
    const answer = await (await fetch(`${server}/readyz`, { signal: AbortSignal.timeout(10_000) })).text();
    if (answer !== 'ok') throw new Error(answer.trim());
    return true;
  };
  await waitFor(isReady, { describe: `the API server of ${kubeconfig} to answer`, timeoutMs: 20_000 });
  if (!proxy.isRunning) throw new Error(`kubectl proxy ended:\n${await proxy.logTail()}`);
  return server;
}

interface Aws {
  readonly awsEndpointUrl: string;
  readonly close: () => Promise<void>;
}

async function openAws({ awsEndpointUrl, hostAddress }: Settings, apiServer: URL): Promise<Aws> {
  if (awsEndpointUrl !== undefined) return { awsEndpointUrl, close: () => Promise.resolve() };
  const host = hostAddress ?? (await addressTowards(apiServer));
  if (hostAddress === undefined && isLoopback(host))
    throw new Error(
      'The cluster is reached by loopback, so that it is not known where its pods reach this machine: set ' +
        'E2E_HOST_ADDRESS to an address of this machine that they reach.',
    );
  const twin = await startTwin({ host }).catch((error: unknown) => {
    throw new Error(
      `The twin cannot listen on ${host}, which must be an address of this machine: ${messageOf(error)}`,
    );
  });
  return { awsEndpointUrl: twin.httpEndpoint, close: () => twin.close() };
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** The address that this machine has on the way to the API server. */
function addressTowards({ hostname, port }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || 443) });
    socket.on('error', reject);
    socket.on('connect', () => {
      const { localAddress = '127.0.0.1' } = socket;
      socket.destroy();
      resolve(localAddress);
    });
  });
}
