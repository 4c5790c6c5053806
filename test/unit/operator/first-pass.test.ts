import { beforeEach, describe, expect, it } from '@jest/globals';
import { FirstPass } from '../../../src/operator/first-pass.ts';

describe('the first pass', () => {
  let pass: FirstPass;
  beforeEach(() => {
    pass = new FirstPass();
    pass.expect('ml/a');
    pass.expect('ml/b');
  });

  const look = (key: string) => pass.look(key, () => Promise.resolve());

  /** A look that does not end before `end`. */
  function begin(key: string) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    return { ended: pass.look(key, () => promise), end: () => resolve(undefined) };
  }

  it('is over when each pod was looked at once', async () => {
    await look('ml/a');
    expect(pass.isOver).toBe(false);
    await look('ml/b');
    expect(pass.isOver).toBe(true);
  });

  it('is over though other pods keep coming, and there is always one in hand', async () => {
    const other = begin('ml/c');
    await look('ml/a');
    await look('ml/b');
    expect(pass.isOver).toBe(true);
    other.end();
    await other.ended;
  });

  it('is not over while a look has not ended', async () => {
    const last = begin('ml/a');
    await look('ml/b');
    expect(pass.isOver).toBe(false);
    last.end();
    await last.ended;
    expect(pass.isOver).toBe(true);
  });

  it('is over though a look failed, which then waits for its next one', async () => {
    await look('ml/a');
    await expect(pass.look('ml/b', () => Promise.reject(new Error('forbidden')))).rejects.toThrow(
      'forbidden',
    );
    expect(pass.isOver).toBe(true);
  });

  it('is not over when something more is known of a pod in hand, before that was looked at as well', async () => {
    await look('ml/a');
    const early = begin('ml/b');
    pass.expect('ml/b');
    early.end();
    await early.ended;
    expect(pass.isOver).toBe(false);
    await look('ml/b');
    expect(pass.isOver).toBe(true);
  });
});
