import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { BodyReader } from '../../../src/twin/read-request.ts';

/** A request whose body is still coming. */
function begin(sent: string) {
  const stream = new PassThrough();
  stream.write(sent);
  const request = Object.assign(stream, { headers: {} }) as unknown as IncomingMessage;
  return { request, end: (rest = '') => stream.end(rest), vanish: () => stream.destroy() };
}

describe('bodies that arrive at the same time', () => {
  it('are read while there is room; what comes beyond is refused, and room comes back', async () => {
    const bodies = new BodyReader(20);
    const first = begin('{"a": 12345678');
    const whole = bodies.read(first.request);
    const second = begin('{"b": 12345678');
    const refused = bodies.read(second.request);
    second.end('}');
    await expect(refused).rejects.toMatchObject({ type: 'ServiceUnavailableException' });
    first.end('}');
    expect(await whole).toEqual({ a: 12345678 });
    const third = begin('{"c": 12345678}');
    third.end();
    expect(await bodies.read(third.request)).toEqual({ c: 12345678 });
  });

  it('leave room when their client vanishes', async () => {
    const bodies = new BodyReader(20);
    const gone = begin('{"a": 12345678');
    const lost = bodies.read(gone.request);
    gone.vanish();
    await expect(lost).rejects.toThrow();
    const next = begin('{"b": 12345678}');
    next.end();
    expect(await bodies.read(next.request)).toEqual({ b: 12345678 });
  });
});
