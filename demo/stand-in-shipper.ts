/**
 * A stand-in for Fluent Bit where none is at hand: reads the container log files, asks the API server for the pods'
 * labels (and believes the answer for a second), and puts records of the contract into the log group.
 */
import { fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Identity } from '../src/kernel/identity.ts';
import { isApiKind } from '../src/kernel/api-kinds.ts';
import { identityLabelsOf, type IdentityLabels, type Labels } from '../src/kernel/labels.ts';
import { formatLogRecord, type ContainerLine } from '../src/kernel/log-record.ts';
import { logStreamName } from '../src/kernel/log-stream-name.ts';
import type { KubeClient } from '../test/control-plane/kube-client.ts';
import { repeat } from './repeat.ts';
import type { Shipper } from './shipper.ts';

interface Options {
  readonly folder: string;
  readonly admin: KubeClient;
  readonly client: CloudWatchLogsClient;
  readonly logGroupName: string;
}

interface Tail {
  readonly pod: string;
  readonly namespace: string;
  readonly container: string;
  readonly file: number;
  offset: number;
}

const intervalMs = 200;
const labelsTtlMs = 1_000;
const fileName = /^(?<pod>[^_]+)_(?<namespace>[^_]+)_(?<container>.+)-[0-9a-f]{64}\.log$/;
const criLine = /^(?<time>\S+) (?<stream>stdout|stderr) [FP] (?<text>.*)$/;

export function startStandInShipper(options: Options): Shipper {
  const shipping = new StandInShipper(options);
  const stop = repeat(() => shipping.round(), intervalMs);
  return {
    name: 'a STAND-IN for Fluent Bit (no fluent-bit was found; set FLUENT_BIT_BIN to use a real one)',
    stop: async () => {
      await stop();
      await shipping.round();
    },
  };
}

class StandInShipper {
  readonly #options: Options;
  readonly #tails = new Map<string, Tail>();
  readonly #streams = new Set<string>();
  readonly #labels = new Map<string, { readonly labels: IdentityLabels; readonly readAt: number }>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** What could not be sent is read again in the next round: the offset moves only with the answer. */
  async round(): Promise<void> {
    for (const name of readdirSync(this.#options.folder)) this.#open(name);
    for (const tail of this.#tails.values()) await this.#ship(tail);
  }

  #open(name: string): void {
    const { groups } = fileName.exec(name) ?? {};
    if (!groups || this.#tails.has(name)) return;
    const { pod = '', namespace = '', container = '' } = groups;
    const file = openSync(join(this.#options.folder, name), 'r');
    this.#tails.set(name, { pod, namespace, container, file, offset: 0 });
  }

  async #ship(tail: Tail): Promise<void> {
    const { lines, offset } = readNew(tail);
    if (lines.length === 0) return;
    const labels = await this.#labelsOf(tail);
    if (await this.#put(tail, labels, lines)) tail.offset = offset;
  }

  async #put(tail: Tail, labels: IdentityLabels, lines: readonly string[]): Promise<boolean> {
    const { client, logGroupName } = this.#options;
    const logStreamNameOfTail = logStreamName(tail, identityOf(labels));
    try {
      await this.#ensureStream(logStreamNameOfTail);
      const logEvents = lines.flatMap((line) => toEvent(tail, labels, line));
      await client.send(
        new PutLogEventsCommand({ logGroupName, logStreamName: logStreamNameOfTail, logEvents }),
      );
      return true;
    } catch (error) {
      // The operator may be about to create the group.
      if ((error as Error).name === 'ResourceNotFoundException') return false;
      throw error;
    }
  }

  async #ensureStream(name: string): Promise<void> {
    if (this.#streams.has(name)) return;
    const { client, logGroupName } = this.#options;
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: name }));
    this.#streams.add(name);
  }

  async #labelsOf({ namespace, pod }: Tail): Promise<IdentityLabels> {
    const known = this.#labels.get(pod);
    if (known && performance.now() - known.readAt < labelsTtlMs) return known.labels;
    const object = await this.#options.admin.get<{ metadata: { labels?: Labels } }>({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace,
      name: pod,
    });
    const labels = object ? identityLabelsOf(object.metadata.labels ?? {}) : (known?.labels ?? {});
    this.#labels.set(pod, { labels, readAt: performance.now() });
    return labels;
  }
}

/** Whole lines since the offset, and where they end. */
function readNew({ file, offset }: Tail): { readonly lines: readonly string[]; readonly offset: number } {
  const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
  readSync(file, buffer, 0, buffer.length, offset);
  const end = buffer.lastIndexOf(0x0a) + 1;
  const lines = buffer.toString('utf8', 0, end).split('\n').slice(0, -1);
  return { lines, offset: offset + end };
}

function toEvent(tail: Tail, labels: IdentityLabels, line: string): readonly InputLogEvent[] {
  const { time = '', stream = 'stdout', text = '' } = criLine.exec(line)?.groups ?? {};
  if (time === '') return [];
  const { pod, namespace, container } = tail;
  const record = {
    pod,
    namespace,
    container,
    node: 'node-1',
    stream: stream as ContainerLine['stream'],
    time,
    text,
  };
  return [{ timestamp: Date.parse(time), message: formatLogRecord(record, labels) }];
}

function identityOf({ apiName, apiKind, jobID }: IdentityLabels): Identity | undefined {
  if (apiName === undefined || apiKind === undefined || !isApiKind(apiKind)) return undefined;
  return { apiName, apiKind, ...(jobID === undefined ? {} : { jobID }) };
}
