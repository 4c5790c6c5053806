/**
 * The record: the contract between shipper, queries, CLI and loggers. One record is one line of a
 * container, as JSON, in one log event.
 */
import type { IdentityLabels } from './labels.ts';
import type { ContainerOfPod } from './log-stream-name.ts';

/** Fields that the pipeline writes; the application's fields of these names are kept under `app`. */
export const reservedFields = [
  'time',
  'message',
  'level',
  'labels',
  'namespace',
  'pod',
  'container',
  'node',
  'stream',
  'app',
] as const;

/** One line as the container runtime wrote it down, with where it came from. */
export interface ContainerLine extends ContainerOfPod {
  readonly node: string;
  readonly stream: 'stdout' | 'stderr';
  /** The runtime's own time of the line, RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The event's text for a line. `labels` comes only from the pod object and place only from the file's
 * path: nothing that an application writes can change them. Reserved fields stand first, because Logs
 * Insights discovers a limited number of fields:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
export function formatLogRecord(line: ContainerLine, labels: IdentityLabels): string {
  const body = parseBody(line.text);
  const own = Object.entries(body).filter(([key]) => !isConsumed(key, body));
  const colliding = own.filter(([key]) => isReserved(key));
  return JSON.stringify({
    time: line.time,
    message: messageField(body, line.text),
    ...levelField(body),
    labels,
    namespace: line.namespace,
    pod: line.pod,
    container: line.container,
    node: line.node,
    stream: line.stream,
    ...(colliding.length > 0 ? { app: Object.fromEntries(colliding) } : {}),
    ...Object.fromEntries(own.filter(([key]) => !isReserved(key))),
  });
}

/**
 * Insights reads the flat key `labels.apiName` as it reads a member of `labels`: such a key is reserved too. What
 * begins with `app.` is where such keys are kept already, as the Python logger writes them.
 */
function isReserved(key: string): boolean {
  if (key.startsWith('app.')) return false;
  const [head = ''] = key.split('.', 1);
  return (reservedFields as readonly string[]).includes(head);
}

function parseBody(text: string): Json {
  if (!text.startsWith('{')) return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

const messageKeys = ['message', 'msg', 'log'] as const;
const levelKeys = ['level', 'levelname', 'severity'] as const;

function firstOf(keys: readonly string[], body: Json): string | undefined {
  return keys.find((key) => typeof body[key] === 'string');
}

function messageField(body: Json, text: string): unknown {
  const key = firstOf(messageKeys, body);
  return key === undefined ? text : body[key];
}

function levelField(body: Json): { level?: string } {
  const key = firstOf(levelKeys, body);
  return key === undefined ? {} : { level: String(body[key]).toUpperCase() };
}

/** Whether the application's field became `message` or `level` itself, so that it is not said twice. */
function isConsumed(key: string, body: Json): boolean {
  return key === firstOf(messageKeys, body) || key === firstOf(levelKeys, body);
}
