/** Field index policies: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing-Syntax.html */
import { isRecord } from '../members.ts';
import { invalidParameter } from '../refusal.ts';
import { parsePolicyDocument } from './parse-policy-document.ts';

export type IndexType = 'FIELD_INDEX' | 'FACET';
export type IndexedFields = ReadonlyMap<string, IndexType>;

/** The policy of one log group. */
export interface IndexPolicy {
  readonly policyDocument: string;
  readonly creationTime: number;
  readonly lastUpdateTime: number;
  readonly fields: IndexedFields;
}

const maxFields = 20;
const maxNameLength = 100;

/** What every group of the Standard class has, in addition to its policy and not counted. */
export const defaultIndexes: readonly string[] = [
  '@logStream',
  '@aws.region',
  '@aws.account',
  '@source.log',
  '@data_source_name',
  '@data_source_type',
  '@data_format',
  'traceId',
  'severityText',
  'attributes.session.id',
];

/** Generated fields that can be indexed; a field of one's own that begins with `@` is written with two. */
const generatedFields: ReadonlySet<string> = new Set([
  '@logStream',
  '@ingestionTime',
  '@requestId',
  '@type',
  '@initDuration',
  '@duration',
  '@billedDuration',
  '@memorySize',
  '@maxMemoryUsed',
  '@xrayTraceId',
  '@xraySegmentId',
]);

/** Throws a `Refusal` for a document that is no index policy. What a policy does not know is refused, never ignored. */
export function parseIndexedFields(policyDocument: string): IndexedFields {
  const { Fields = [], FieldsV2 = {}, ...others } = parsePolicyDocument(policyDocument);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw invalidParameter(
      `policyDocument has ${JSON.stringify(unknown)}; an index policy has Fields and FieldsV2.`,
    );
  const fields = new Map(readFieldsV2(FieldsV2));
  for (const name of readFields(Fields)) {
    if (fields.has(name))
      throw invalidParameter(
        `policyDocument names ${JSON.stringify(name)} twice; names within Fields and FieldsV2 must be mutually exclusive.`,
      );
    fields.set(name, 'FIELD_INDEX');
  }
  refuseCount(fields.size);
  for (const name of fields.keys()) refuseName(name);
  return fields;
}

function readFields(fields: unknown): readonly string[] {
  if (!Array.isArray(fields) || !fields.every((one) => typeof one === 'string'))
    throw invalidParameter('Fields in policyDocument must be a list of field names.');
  return fields;
}

function* readFieldsV2(fields: unknown): Generator<[string, IndexType]> {
  if (!isRecord(fields)) throw invalidParameter('FieldsV2 in policyDocument must be an object.');
  for (const [name, index] of Object.entries(fields)) {
    const type = isRecord(index) ? index['type'] : undefined;
    if (type !== 'FIELD_INDEX' && type !== 'FACET')
      throw invalidParameter(
        `The type of ${JSON.stringify(name)} in FieldsV2 of policyDocument must be FIELD_INDEX or FACET.`,
      );
    yield [name, type];
  }
}

function refuseCount(count: number): void {
  if (count === 0) throw invalidParameter('policyDocument must include at least one field index.');
  if (count > maxFields)
    throw invalidParameter(
      `policyDocument has ${count} fields; an index policy can include up to ${maxFields}.`,
    );
}

function refuseName(name: string): void {
  if (name === '' || name.length > maxNameLength)
    throw invalidParameter(
      `A field name in policyDocument has ${name.length} characters; it can have 1 to ${maxNameLength}.`,
    );
  if (name.startsWith('@') && !name.startsWith('@@') && !generatedFields.has(name))
    throw invalidParameter(
      `${name} in policyDocument is no generated field that can be indexed; a field of your own that begins with @ is written @${name}.`,
    );
}
