/** Starts a scripted cluster in a process of its own. */
import { join } from 'node:path';
import { writeKubeconfig } from '../../test/control-plane/kubeconfig.ts';
import { startWorker } from '../processes/start-worker.ts';
import type { PodBatch } from './generate-pods.ts';

/** Where a server is, and who may speak to it; plain data. */
export interface ClusterAddress {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

export interface ScriptedCluster extends ClusterAddress {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
  add(batch: PodBatch): Promise<void>;
  /** Adds the pods; resolves when each has been patched. */
  addAndAwaitPatches(batch: PodBatch): Promise<void>;
  remove(batch: PodBatch): Promise<void>;
  stop(): Promise<void>;
}

let started = 0;

/** The kubeconfig file is written to `folder`. */
export async function startScriptedCluster(folder: string): Promise<ScriptedCluster> {
  const worker = startWorker('scripted-cluster/serve.ts');
  const { server, ca } = await worker.ask<Pick<ClusterAddress, 'server' | 'ca'>>('start');
  const token = 'bench';
  started += 1;
  const path = join(folder, `scripted-${started}.kubeconfig`);
  const kubeconfig = writeKubeconfig(path, { server, ca, token, user: 'bench' });
  return {
    server,
    ca,
    token,
    kubeconfig,
    add: (batch) => worker.ask('add', batch),
    addAndAwaitPatches: (batch) => worker.ask('addAndAwaitPatches', batch),
    remove: (batch) => worker.ask('remove', batch),
    stop: () => worker.stop(),
  };
}
