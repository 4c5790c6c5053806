/**
 * The Logs Insights queries that read an API or a job back. The plain ones are a public contract, to the
 * letter: users have them saved. Language:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
import { runsJobs, type ApiKind } from './api-kinds.ts';
import { TerminalError } from './errors.ts';
import type { Identity } from './identity.ts';
import { isLabelValue } from './labels.ts';

export interface InsightsQueryOptions {
  /** Reads this namespace's records only: two namespaces may use one name. */
  readonly namespace?: string;
  /** Default STANDARD. In the other classes Insights discovers no fields, so the query parses them itself. */
  readonly logGroupClass?: string;
}

/**
 * The query for all records of an API, or of one job where the identity has a jobID. Throws a
 * `TerminalError` that names each illegal value: what is legal needs no escaping within quotes, and
 * nothing else gets into a query.
 */
export function renderInsightsQuery(identity: Identity, options: InsightsQueryOptions = {}): string {
  refuseIllegal(identity, options);
  const { logGroupClass = 'STANDARD' } = options;
  return (logGroupClass === 'STANDARD' ? discovered(identity, options) : parsed(identity, options)).join(
    '\n| ',
  );
}

/**
 * The query of one kind with the placeholders `{{apiName}}` and, for kinds that run jobs, `{{jobID}}`, to be
 * saved. Whoever runs it gives the values with their quotes, so that none stand around the placeholders:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html
 */
export function renderQueryTemplate(apiKind: ApiKind, logGroupClass: string): string {
  const fields = runsJobs(apiKind) ? (['apiName', 'jobID'] as const) : (['apiName'] as const);
  const lines =
    logGroupClass === 'STANDARD'
      ? [
          'fields @timestamp, message',
          ...fields.map((field) => `filter labels.${field}={{${field}}}`),
          `filter labels.apiKind="${apiKind}"`,
        ]
      : [
          `parse @message /${head}/`,
          ...fields.map((field) => `parse labels /"${field}":"(?<${field}>[^"]*)"/`),
          'fields @timestamp, message',
          ...fields.map((field) => `filter ${field}={{${field}}}`),
          `filter labels like '"apiKind":"${apiKind}"'`,
        ];
  return [...lines, ...order].join('\n| ');
}

const order = ['sort @timestamp asc', 'limit 1000'];

function discovered(
  { apiName, jobID, apiKind }: Identity,
  { namespace }: InsightsQueryOptions,
): readonly string[] {
  return [
    'fields @timestamp, message',
    `filter labels.apiName="${apiName}"`,
    ...(jobID === undefined ? [] : [`filter labels.jobID="${jobID}"`]),
    `filter labels.apiKind="${apiKind}"`,
    ...byNamespace(namespace),
    ...order,
  ];
}

const string = String.raw`(?:[^"\\]|\\.)*`;

/**
 * The beginning of a record, from its first byte: an application cannot put its own `labels` there, only
 * further on or, escaped, within `message`.
 */
const head = [
  String.raw`^\{"time":"[^"]*"`,
  `,"message":"(?<message>${string})"`,
  `(?:,"level":"${string}")?`,
  String.raw`,"labels":\{(?<labels>[^}]*)\}`,
  ',"namespace":"(?<namespace>[^"]*)"',
].join('');

function parsed(
  { apiName, jobID, apiKind }: Identity,
  { namespace }: InsightsQueryOptions,
): readonly string[] {
  const labels = Object.entries({ apiName, jobID, apiKind }).filter(([, value]) => value !== undefined);
  return [
    `parse @message /${head}/`,
    'fields @timestamp, message',
    ...labels.map(([key, value]) => `filter labels like '"${key}":"${String(value)}"'`),
    ...byNamespace(namespace),
    ...order,
  ];
}

function byNamespace(namespace: string | undefined): readonly string[] {
  return namespace === undefined ? [] : [`filter namespace="${namespace}"`];
}

function refuseIllegal({ apiName, jobID }: Identity, { namespace }: InsightsQueryOptions): void {
  const illegal = Object.entries({ apiName, jobID, namespace }).filter(
    ([, value]) => value !== undefined && (value === '' || !isLabelValue(value)),
  );
  if (illegal.length === 0) return;
  const named = illegal.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(' and ');
  throw new TerminalError(
    `No query can be made for ${named}: a label value has 1 to 63 characters of A-Z a-z 0-9 - _ . and begins and ends with a letter or digit.`,
  );
}
