import { describe, expect, it } from '@jest/globals';
import { KubeError } from '../../../src/kube/kube-errors.ts';
import { listOnce, listPages, type ListTransport } from '../../../src/kube/list-pages.ts';
import type { KubeRequest } from '../../../src/kube/transport.ts';

const target = { group: '', version: 'v1', resource: 'pods' };
const expired = new KubeError({
  status: 410,
  reason: 'Expired',
  method: 'GET',
  path: '/api/v1/pods',
  text: '',
});
const page = (names: readonly string[], more: object = {}) =>
  JSON.stringify({
    metadata: { resourceVersion: '7', ...more },
    items: names.map((name) => ({ metadata: { name } })),
  });

/** Answers by the `continue` of the request; remembers the requests. */
function listing(answers: (after: string | undefined, attempt: number) => string | Error) {
  const requests: KubeRequest[] = [];
  const transport: ListTransport = {
    requestText: (request) => {
      requests.push(request);
      const after = request.query?.['continue'] as string | undefined;
      const answer = answers(after, requests.filter(({ query }) => query?.['continue'] === after).length);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return { transport, requests };
}

async function namesOf(transport: ListTransport) {
  const names: string[] = [];
  const list = await listPages(transport, { target }, ({ metadata }) => names.push(metadata.name));
  return { names, ...list };
}

describe('a complete list', () => {
  it('is read page by page, in order, each page once', async () => {
    const { transport, requests } = listing((after) =>
      after === undefined
        ? page(['a', 'b'], { continue: 'p2' })
        : after === 'p2'
          ? page(['c'], { continue: 'p3' })
          : page(['d']),
    );
    expect(await namesOf(transport)).toEqual({ names: ['a', 'b', 'c', 'd'], resourceVersion: '7', count: 4 });
    expect(requests.map(({ query }) => query?.['continue'])).toEqual([undefined, 'p2', 'p3']);
    expect(
      requests.every(({ query }) => query?.['limit'] === 500 && query['resourceVersion'] === undefined),
    ).toBe(true);
  });

  it('is the same when a server writes the items before the metadata', async () => {
    const { transport, requests } = listing((after) =>
      after === undefined
        ? JSON.stringify({
            items: [{ metadata: { name: 'a', labels: { continue: 'x' } } }],
            metadata: { continue: 'p2' },
          })
        : page(['b']),
    );
    expect((await namesOf(transport)).names).toEqual(['a', 'b']);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['no items', '{"metadata":{"resourceVersion":"7"}}'],
    ['null for items', '{"metadata":{"resourceVersion":"7"},"items":null}'],
  ])('with %s is empty', async (_, text) => {
    expect(await namesOf(listing(() => text).transport)).toEqual({
      names: [],
      resourceVersion: '7',
      count: 0,
    });
  });

  it('fails when a later page fails', async () => {
    const { transport } = listing((after) =>
      after === undefined ? page(['a'], { continue: 'p2' }) : expired,
    );
    await expect(namesOf(transport)).rejects.toBe(expired);
  });

  it('fails when a page is no JSON', async () => {
    await expect(namesOf(listing(() => '{"items":').transport)).rejects.toThrow(SyntaxError);
  });
});

describe('a fresh list', () => {
  const decode = ({ metadata }: { metadata: { name: string } }) => metadata.name;

  it('that expires between pages begins anew, and says when that was', async () => {
    let time = 0;
    const { transport } = listing((after, attempt) => {
      time += 10;
      if (after === undefined) return page([`a${attempt}`], { continue: 'p2' });
      return attempt === 1 ? expired : page(['b']);
    });
    const list = await listOnce(transport, { target, decode, now: () => time });
    expect(list).toMatchObject({ objects: ['a2', 'b'], beganAt: 20 });
  });

  it('that expires for ever fails', async () => {
    const { transport, requests } = listing((after) =>
      after === undefined ? page(['a'], { continue: 'p2' }) : expired,
    );
    await expect(listOnce(transport, { target, decode })).rejects.toBe(expired);
    expect(requests).toHaveLength(6);
  });

  it('fails rather than leaving out an object that cannot be decoded', async () => {
    const { transport } = listing(() => page(['a']));
    const throwing = () => {
      throw new Error('odd object');
    };
    await expect(listOnce(transport, { target, decode: throwing })).rejects.toThrow('odd object');
  });

  it('leaves out what decodes to nothing', async () => {
    const { transport } = listing(() => page(['a', 'b']));
    const list = await listOnce(transport, {
      target,
      decode: ({ metadata }) => (metadata.name === 'a' ? 'a' : undefined),
    });
    expect(list.objects).toEqual(['a']);
  });
});
