/** The document and the criteria of an account-level policy -> what it says. */
import { retentionPeriodsInDays } from '../../kernel/log-group-name.ts';
import { invalidParameter, notSupported } from '../refusal.ts';
import type { PolicyType } from '../state/account-policy.ts';
import { parsePolicyDocument } from '../state/parse-policy-document.ts';

/** Of selectionCriteria, in UTF-8. */
const maxCriteriaBytes = 25 * 1_024;

/** Policies of these types may be about some groups only. */
const selective: ReadonlySet<PolicyType> = new Set(['FIELD_INDEX_POLICY', 'RETENTION_POLICY']);

/** The prefixes that select groups by `LogGroupNamePrefix IN ["a", "b"]`; empty: all groups. */
export function readPrefixes(
  policyType: PolicyType,
  selectionCriteria: string | undefined,
): readonly string[] {
  if (selectionCriteria === undefined) return [];
  refuseCriteria(policyType, selectionCriteria);
  const [, list = ''] = /^\s*LogGroupNamePrefix\s+IN\s+(\[.*\])\s*$/s.exec(selectionCriteria) ?? [];
  const prefixes = parseJson(list);
  if (!Array.isArray(prefixes) || prefixes.length === 0 || !prefixes.every(isPrefix))
    throw invalidParameter('selectionCriteria must be like LogGroupNamePrefix IN ["/prod"].');
  return prefixes;
}

function refuseCriteria(policyType: PolicyType, selectionCriteria: string): void {
  if (!selective.has(policyType))
    throw invalidParameter(`selectionCriteria is not valid for a policy of type ${policyType}.`);
  if (Buffer.byteLength(selectionCriteria) > maxCriteriaBytes)
    throw invalidParameter(`selectionCriteria can have up to ${maxCriteriaBytes} bytes.`);
  if (policyType === 'FIELD_INDEX_POLICY' && /^\s*DataSource(Name|Type)\b/.test(selectionCriteria))
    throw notSupported('A field index policy for a data source');
}

function isPrefix(one: unknown): one is string {
  return typeof one === 'string' && one !== '';
}

const minRetentionInDays = 30;

export interface RetentionRule {
  /** Infinity for NEVER_EXPIRE. */
  readonly retentionInDays: number;
  readonly enforcementMode: 'NEW_ONLY' | 'RETROACTIVE';
}

export function readRetentionRule(policyDocument: string): RetentionRule {
  const document = parsePolicyDocument(policyDocument);
  return {
    retentionInDays: readRetention(document['retentionInDays']),
    enforcementMode: readMode(document['enforcementMode']),
  };
}

function readRetention(retentionInDays: unknown): number {
  if (retentionInDays === 'NEVER_EXPIRE') return Infinity;
  const legal = retentionPeriodsInDays.filter((one) => one >= minRetentionInDays);
  const found = legal.find((one) => one === retentionInDays);
  if (found === undefined)
    throw invalidParameter(
      `retentionInDays in policyDocument must be one of ${legal.join(', ')} or "NEVER_EXPIRE".`,
    );
  return found;
}

function readMode(enforcementMode: unknown): 'NEW_ONLY' | 'RETROACTIVE' {
  if (enforcementMode === 'NEW_ONLY' || enforcementMode === 'RETROACTIVE') return enforcementMode;
  throw invalidParameter('enforcementMode in policyDocument must be NEW_ONLY or RETROACTIVE.');
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}
