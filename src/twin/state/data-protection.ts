/**
 * Masking of sensitive data: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html
 *
 * The twin knows identifiers of one's own and these managed ones; AWS's own patterns are not public, so that
 * what exactly they find is our reading.
 */
import { isRecord } from '../members.ts';
import { invalidParameter, notSupported } from '../refusal.ts';
import { parsePolicyDocument } from './parse-policy-document.ts';

/** The policy of one log group. */
export interface DataProtection {
  readonly policyDocument: string;
  readonly lastUpdatedTime: number;
  readonly mask: DataMask;
}

/** Everything that is replaced by asterisks. */
export type DataMask = readonly RegExp[];

const managedPrefix = /^arn:aws[\w-]*:dataprotection::aws:data-identifier\//;
const managed: ReadonlyMap<string, RegExp> = new Map([
  ['EmailAddress', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ['IpAddress', /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g],
  ['CreditCardNumber', /\b(?:\d{4}[ -]?){3}\d{1,7}\b/g],
  ['AwsSecretKey', /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g],
]);

/** "up to 10 custom data identifiers", "up to 200 characters": https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-custom-data-identifiers.html */
const maxCustom = 10;
const maxRegexLength = 200;
/** No groups, so that none can take for ever. */
const regexLetters = /^[\w#=@/;, \-^$?[\]{}|\\*+.]+$/;

/** Throws a `Refusal` for what is no data protection policy. */
export function parseDataProtection(policyDocument: string): DataMask {
  const { Statement: statements, Configuration: configuration } = parsePolicyDocument(policyDocument);
  if (!Array.isArray(statements) || statements.length !== 2)
    throw invalidParameter('policyDocument must have two statements: one that audits and one that masks.');
  const [audit, deidentify] = statements as readonly unknown[];
  if (!isRecord(operationOf(audit, 'Audit')?.['FindingsDestination']))
    throw invalidParameter('The first statement must have Operation.Audit with a FindingsDestination.');
  const mask = operationOf(deidentify, 'Deidentify')?.['MaskConfig'];
  if (!isRecord(mask) || Object.keys(mask).length > 0)
    throw invalidParameter('The second statement must have Operation.Deidentify with an empty MaskConfig.');
  const [audited, masked] = [identifiersOf(audit), identifiersOf(deidentify)];
  if (JSON.stringify(audited) !== JSON.stringify(masked))
    throw invalidParameter('The DataIdentifier lists of both statements must match exactly.');
  const custom = readCustom(configuration);
  return masked.map((identifier) => patternOf(identifier, custom));
}

function operationOf(statement: unknown, name: string): Readonly<Record<string, unknown>> | undefined {
  const operation = isRecord(statement) ? statement['Operation'] : undefined;
  const found = isRecord(operation) ? operation[name] : undefined;
  return isRecord(found) ? found : undefined;
}

function identifiersOf(statement: unknown): readonly string[] {
  // The guide and the API's reference spell it in two ways.
  const found = isRecord(statement) ? (statement['DataIdentifier'] ?? statement['DataIdentifer']) : undefined;
  if (!Array.isArray(found) || found.length === 0 || !found.every((one) => typeof one === 'string'))
    throw invalidParameter('Each statement must have a DataIdentifier list.');
  return found;
}

function readCustom(configuration: unknown): ReadonlyMap<string, RegExp> {
  const list = isRecord(configuration) ? (configuration['CustomDataIdentifier'] ?? []) : [];
  if (!Array.isArray(list) || list.length > maxCustom)
    throw invalidParameter(
      `Configuration.CustomDataIdentifier must be a list of up to ${maxCustom} identifiers.`,
    );
  return new Map(list.map((one: unknown) => readCustomIdentifier(one)));
}

function readCustomIdentifier(identifier: unknown): [string, RegExp] {
  const { Name: name, Regex: regex } = isRecord(identifier) ? identifier : {};
  if (typeof name !== 'string' || !/^[\w-]{1,128}$/.test(name))
    throw invalidParameter('A custom data identifier has a Name of up to 128 letters, digits, _ and -.');
  if (typeof regex !== 'string' || regex === '' || regex.length > maxRegexLength)
    throw invalidParameter(`The Regex of ${name} must have 1 to ${maxRegexLength} characters.`);
  if (!regexLetters.test(regex))
    throw invalidParameter(
      `The Regex of ${name} has other characters than letters, digits, _ # = @ / ; , - blank and ^ $ ? [ ] { } | \\ * + .`,
    );
  try {
    return [name, new RegExp(regex, 'g')];
  } catch {
    throw invalidParameter(`The Regex of ${name} is not valid.`);
  }
}

function patternOf(identifier: string, custom: ReadonlyMap<string, RegExp>): RegExp {
  const pattern = managed.get(identifier.replace(managedPrefix, '')) ?? custom.get(identifier);
  if (pattern) return pattern;
  if (managedPrefix.test(identifier)) throw notSupported(`The managed data identifier ${identifier}`);
  throw invalidParameter(`policyDocument does not define the data identifier ${identifier}.`);
}

export function combineMasks(masks: readonly DataMask[]): DataMask | undefined {
  return masks.length === 0 ? undefined : masks.flat();
}

/** The message with asterisks for what the mask finds. */
export function maskMessage(message: string, mask: DataMask): string {
  return mask.reduce(
    (masked, pattern) => masked.replace(pattern, (found) => '*'.repeat(found.length)),
    message,
  );
}
