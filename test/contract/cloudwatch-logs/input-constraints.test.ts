/** Each constraint of an input that botocore's service model knows, held against the twin. */
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { operations } from '../../../src/twin/operations/operations.ts';
import { startTwin, type Twin } from '../../../src/twin/start-twin.ts';
import { illegalValues, legalValues } from './edges-of-inputs.ts';
import { type InputModel, openPythonWitness } from './python-witness.ts';

jest.setTimeout(60_000);

const python = await openPythonWitness();
const models: readonly (readonly [string, InputModel])[] = [];
if (python)
  for (const name of operations.keys())
    (models as [string, InputModel][]).push([name, await python.model(name)]);
afterAll(() => python?.close());

let twin: Twin | undefined;
afterEach(async () => {
  await twin?.close();
});

/** The message of the refusal; empty if the call was served. */
async function refusalOf(operation: string, input: unknown): Promise<string> {
  const response = await fetch(`${twin!.httpEndpoint}/`, {
    method: 'POST',
    headers: {
      'x-amz-target': `Logs_20140328.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261125/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const { message = '' } = (await response.json()) as { message?: string };
  return message;
}

const complaint = (member: string) => new RegExp(`at '${member}(\\.[^']*)?' failed to satisfy constraint`);

(python ? describe : describe.skip)('the input of', () => {
  it.each(python ? models : [['every operation', { type: 'structure' }] as const])(
    '%s has its constraints',
    async (operation, { members = {}, required = [] }) => {
      twin = await startTwin();
      const all = await refusalOf(operation, {});
      for (const member of required) expect(all).toMatch(complaint(member));
      for (const [member, model] of Object.entries(members)) {
        for (const value of illegalValues(model))
          expect([value, await refusalOf(operation, { [member]: value })]).toEqual([
            value,
            expect.stringMatching(complaint(member)),
          ]);
        for (const value of legalValues(model))
          expect([value, await refusalOf(operation, { [member]: value })]).toEqual([
            value,
            expect.not.stringMatching(complaint(member)),
          ]);
      }
    },
  );
});
