/**
 * All fields of an event, generated and discovered:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
import { flattenInOrder } from '../insights/flatten-json.ts';
import { textOf } from '../insights/value.ts';
import { isRecord } from '../members.ts';
import type { LogGroup } from '../state/log-group.ts';

/** Discovered fields by name, in the order of the text; those of one's own that begin with `@` get another one. */
export function discoverFields({ logGroupClass }: LogGroup, message: string): ReadonlyMap<string, string> {
  if (logGroupClass !== 'STANDARD' || !isJsonObject(message)) return new Map();
  return new Map(
    [...flattenInOrder(message)].flatMap(([name, value]) =>
      value === undefined ? [] : [[name.startsWith('@') ? `@${name}` : name, textOf(value)] as const],
    ),
  );
}

function isJsonObject(message: string): boolean {
  try {
    return isRecord(JSON.parse(message));
  } catch {
    return false;
  }
}
