/** The JSON of a policy, whatever its kind. */
import { isRecord } from '../members.ts';
import { invalidParameter } from '../refusal.ts';

/** Throws a `Refusal` for what is no JSON object. */
export function parsePolicyDocument(policyDocument: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(policyDocument);
  } catch {
    throw invalidParameter('policyDocument must be JSON.');
  }
  if (!isRecord(document)) throw invalidParameter('policyDocument must be a JSON object.');
  return document;
}
