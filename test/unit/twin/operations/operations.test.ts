import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from '@jest/globals';
import { operations } from '../../../../src/twin/operations/operations.ts';
import { otherOperations } from '../../../../src/twin/operations/other-operations.ts';

describe('the operations of the twin', () => {
  it('and those it names as not supported are together all that the SDK knows', () => {
    const known = Object.keys(sdk)
      .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
      .map((name) => name.slice(0, -'Command'.length));
    expect([...operations.keys(), ...otherOperations].sort()).toEqual(known.sort());
  });
});
