/**
 * Plays the node: no kubelet runs the demo's pods, so their output is written here, in the files and in the form of
 * a container runtime (CRI). Every line carries its pod's UID and a number, so that it can be accounted for.
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repeat } from './repeat.ts';
import type { KubeClient } from '../test/control-plane/kube-client.ts';

export interface WrittenPod {
  readonly name: string;
  readonly uid: string;
  readonly container: string;
  /** Lines so far; numbered from 1. */
  lines: number;
}

export interface ContainerLogs {
  /** As on a node: `<pod>_<namespace>_<container>-<id>.log`, links into `pods`. */
  readonly folder: string;
  /** By pod UID. */
  readonly written: ReadonlyMap<string, WrittenPod>;
  /** No more lines; resolves when the last is on disk. */
  stop(): Promise<void>;
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status?: { readonly phase?: string };
}

/** A line of each running pod in this time, in ms. */
const intervalMs = 100;

export function writeContainerLogs(admin: KubeClient, namespace: string, root: string): ContainerLogs {
  const folder = join(root, 'containers');
  mkdirSync(folder, { recursive: true });
  const written = new Map<string, WrittenPod>();
  const files = new Map<string, string>();
  const look = async (): Promise<void> => {
    const pods = await admin.list<PodObject>({ apiVersion: 'v1', kind: 'Pod', namespace });
    for (const pod of pods.filter(({ status }) => status?.phase === 'Running')) {
      const { uid } = pod.metadata;
      const entry = written.get(uid) ?? begin(pod);
      written.set(uid, entry);
      const file = files.get(uid) ?? createFile(root, { namespace, ...entry });
      files.set(uid, file);
      entry.lines += 1;
      appendFileSync(file, criLine(entry));
    }
  };
  return { folder, written, stop: repeat(look, intervalMs) };
}

function begin({ metadata, spec }: PodObject): WrittenPod {
  return { name: metadata.name, uid: metadata.uid, container: spec.containers[0]?.name ?? 'main', lines: 0 };
}

function createFile(
  root: string,
  { namespace, name, uid, container }: WrittenPod & { readonly namespace: string },
): string {
  const folder = join(root, 'pods', `${namespace}_${name}_${uid}`, container);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, '0.log');
  appendFileSync(file, '');
  const link = `${name}_${namespace}_${container}-${randomBytes(32).toString('hex')}.log`;
  symlinkSync(file, join(root, 'containers', link));
  return file;
}

/** What line `number` of a pod says; no two lines say the same. */
export function messageOfLine(pod: string, number: number): string {
  return `${pod} answered request ${number}`;
}

/** https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md */
function criLine({ name, uid, lines }: WrittenPod): string {
  const time = new Date().toISOString().replace('Z', '000000Z');
  const body = { message: messageOfLine(name, lines), level: 'info', pod_uid: uid, n: lines };
  return `${time} stdout F ${JSON.stringify(body)}\n`;
}
