/** Documents of field index policies: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing-Syntax.html */
import type { FieldIndex } from './log-group.ts';

/** What a policy indexes: the type by the field's name. */
type IndexedFields = Readonly<Record<string, string>>;

export function renderIndexPolicy(fields: readonly FieldIndex[]): string {
  const entries = fields.map(({ name, type = 'FIELD_INDEX' }) => [name, { type }] as const);
  return JSON.stringify({ FieldsV2: Object.fromEntries(entries) });
}

/** Whether the document indexes just these fields, in whatever order and form. */
export function indexes(policyDocument: string, fields: readonly FieldIndex[]): boolean {
  const found = parseFields(policyDocument);
  return (
    found !== undefined &&
    Object.keys(found).length === fields.length &&
    fields.every(({ name, type = 'FIELD_INDEX' }) => found[name] === type)
  );
}

function parseFields(policyDocument: string): IndexedFields | undefined {
  try {
    const { Fields = [], FieldsV2 = {} } = JSON.parse(policyDocument) as {
      Fields?: readonly string[];
      FieldsV2?: Readonly<Record<string, { readonly type: string }>>;
    };
    const plain = Fields.map((name) => [name, 'FIELD_INDEX'] as const);
    const typed = Object.entries(FieldsV2).map(([name, { type }]) => [name, type] as const);
    return Object.fromEntries([...plain, ...typed]);
  } catch {
    // Whatever it is, it is not what the spec wants.
    return undefined;
  }
}

/**
 * Whether an account-level index policy with these criteria is about the group. Those that select data sources
 * count beside the group's own policy, so that nothing inherits from them.
 */
export function selectsLogGroup(selectionCriteria: string | undefined, logGroupName: string): boolean {
  if (selectionCriteria === undefined || selectionCriteria.trim() === '') return true;
  const list = /^\s*LogGroupNamePrefix\s+IN\s+\[(.*)\]\s*$/s.exec(selectionCriteria)?.[1];
  if (list === undefined) return false;
  const prefixes = [...list.matchAll(/"([^"]*)"/g)].map(([, prefix = '']) => prefix);
  return prefixes.some((prefix) => logGroupName.startsWith(prefix));
}
