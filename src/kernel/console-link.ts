/**
 * Links to the CloudWatch console. Its address holds an object in the notation of JSURL, percent-encoded
 * twice, with `$` for `%`. AWS does not document it; the form is the one that the console itself writes.
 */
import { partitionOf, type AwsPartition } from './aws-arn.ts';

/** Back from now, or between two instants of RFC 3339 in UTC. */
export type TimeRange = { readonly lastSeconds: number } | { readonly start: string; readonly end: string };

export interface InsightsLink {
  readonly region: string;
  readonly logGroupName: string;
  readonly query: string;
  /** Default: the last hour. */
  readonly range?: TimeRange;
}

const hostOf: Readonly<Record<AwsPartition, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** Opens Logs Insights with the log group, the query and the time range filled in; times are shown in UTC. */
export function insightsLink({
  region,
  logGroupName,
  query,
  range = { lastSeconds: 3600 },
}: InsightsLink): string {
  const detail = jsurl({ ...timeFields(range), tz: 'UTC', editorString: query, source: [logGroupName] });
  const fragment = encodeURIComponent(`?queryDetail=${percentEncoded(detail)}`).replaceAll('%', '$');
  return `https://${hostOf[partitionOf(region)]}/cloudwatch/home?region=${encodeURIComponent(region)}#logsV2:logs-insights${fragment}`;
}

function timeFields(range: TimeRange): Record<string, JsurlValue> {
  if ('lastSeconds' in range)
    return { end: 0, start: -range.lastSeconds, timeType: 'RELATIVE', unit: 'seconds' };
  return { end: toMillis(range.end), start: toMillis(range.start), timeType: 'ABSOLUTE' };
}

/** The console reads instants with milliseconds only. */
function toMillis(instant: string): string {
  return new Date(instant).toISOString();
}

type JsurlValue =
  string | number | readonly string[] | Readonly<Record<string, string | number | readonly string[]>>;

function jsurl(value: JsurlValue): string {
  if (typeof value === 'number') return `~${value}`;
  if (typeof value === 'string') return `~'${jsurlText(value)}`;
  if (isList(value)) return `~(${value.map(jsurl).join('')})`;
  const fields = Object.entries(value).map(([key, field]) => `${jsurlText(key)}${jsurl(field)}`);
  return `~(${fields.join('~')})`;
}

function isList(value: JsurlValue): value is readonly string[] {
  return Array.isArray(value);
}

/** By UTF-16 unit: `*20` up to ff, `**20ac` above. */
function jsurlText(text: string): string {
  return text.replaceAll(/[^\w.-]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return code < 0x100
      ? `*${code.toString(16).padStart(2, '0')}`
      : `**${code.toString(16).padStart(4, '0')}`;
  });
}

/** What encodeURIComponent leaves as it is and the console does not. */
function percentEncoded(text: string): string {
  return text.replaceAll(/[~()']/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
