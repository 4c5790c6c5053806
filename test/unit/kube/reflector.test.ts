import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../../src/kernel/object-meta.ts';
import { Reflector, type ReflectorObserver } from '../../../src/kube/reflector.ts';
import { Store } from '../../../src/kube/store.ts';
import { Transport } from '../../../src/kube/transport.ts';
import { waitFor } from '../../control-plane/wait-for.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import {
  ScriptedApiServer,
  sendJson,
  sendStatus,
  type SeenRequest,
} from '../../support/scripted-api-server.ts';

interface Thing {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: string;
}

let server: ScriptedApiServer;
let transport: Transport;
let clock: ManualClock;
let store: Store<Thing>;
let reflector: Reflector<Thing>;
let changes: string[];
let told: string[];
let watches: { request: SeenRequest; response: ServerResponse }[];
let stop: AbortController;
let running: Promise<void>;

/** What the scripted server does with a list, a watch; a test changes them as it goes. */
let onList: (request: SeenRequest, response: ServerResponse) => void;
let onWatch: (request: SeenRequest, response: ServerResponse) => void;
let objects: KubeObject[];

const pod = (name: string, version: number, uid = `uid-${name}`): KubeObject => ({
  metadata: { namespace: 'ml', name, uid, resourceVersion: String(version) },
});
const listed = (items: readonly KubeObject[], more: object = {}) => ({
  metadata: { resourceVersion: '100', ...more },
  items,
});
const lists = () => server.requests.filter(({ query }) => !query.has('watch'));
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 5 (9)' };

const observer: ReflectorObserver = {
  onList: (resource, { count }) => told.push(`list ${resource} ${count}`),
  onFailure: (_, { reason, retryInMs }) => told.push(`failure ${reason} ${retryInMs}`),
  onRecovery: () => told.push('recovery'),
  onObjectError: (_, key, error) => told.push(`object ${key}: ${error.message}`),
};

function decode({ metadata }: KubeObject): Thing {
  if (metadata.name === 'bad') throw new Error('cannot decode');
  return { namespace: 'ml', name: metadata.name, uid: metadata.uid, version: metadata.resourceVersion ?? '' };
}

const until = (describe: string, condition: () => boolean) =>
  waitFor(condition, { describe, intervalMs: 2, timeoutMs: 3000 });
const names = () =>
  store
    .list()
    .map(({ name, version }) => `${name}@${version}`)
    .sort();

/** The newest open watch, once there are `count`. */
async function watch(count: number): Promise<ServerResponse> {
  await until(`watch ${count}`, () => watches.length === count);
  return watches[count - 1]!.response;
}

/** Waits for the reflector's next pause, then lets that pass. */
async function waitOut(failures: number) {
  await untilFailure(failures);
  const pauses = told.filter((text) => text.startsWith('failure'));
  await clock.advance(Number(pauses.at(-1)!.split(' ').at(-1)));
}

const untilFailure = (failures: number) =>
  until(`failure ${failures}`, () => told.filter((text) => text.startsWith('failure')).length === failures);

beforeEach(async () => {
  [changes, told, watches, objects] = [[], [], [], []];
  clock = new ManualClock();
  server = await new ScriptedApiServer().start();
  transport = new Transport(server.connection());
  store = new Store<Thing>();
  store.onChange(({ before, after }) =>
    changes.push([before && `-${before.uid}`, after && `+${after.uid}`].filter(Boolean).join(' ')),
  );
  onList = (_, response) => sendJson(response, listed(objects));
  onWatch = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    watches.push({ request, response });
  };
  server.answer = (request, response) => (request.query.has('watch') ? onWatch : onList)(request, response);
  reflector = new Reflector({
    transport,
    target: { group: '', version: 'v1', resource: 'pods' },
    metadataOnly: true,
    decode,
    sink: store,
    observer,
    clock,
    random: () => 0.5,
  });
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await running;
  await transport.close();
  await server.stop();
});

const start = () => void (running = reflector.run(stop.signal));

describe('a reflector', () => {
  it('lists, then watches from there, and follows what it is told', async () => {
    objects = [pod('a', 1), pod('b', 2)];
    start();
    const open = await watch(1);
    open.write(
      event('ADDED', pod('c', 101)) + event('MODIFIED', pod('a', 102)) + event('DELETED', pod('b', 103)),
    );
    await until('three events', () => changes.length === 5);
    expect(names()).toEqual(['a@102', 'c@101']);
    expect(reflector.state).toMatchObject({ synced: true, failing: undefined });
    expect(watches[0]!.request.query.get('resourceVersion')).toBe('100');
    expect(watches[0]!.request.query.get('allowWatchBookmarks')).toBe('true');
    expect(watches[0]!.request.query.get('timeoutSeconds')).toBe('435');
    expect(lists()[0]!.headers.accept).toContain('PartialObjectMetadataList');
    expect(watches[0]!.request.headers.accept).toContain('PartialObjectMetadata;');
  });

  it('is not synced before the last page, and knows when its list began', async () => {
    const page2: ServerResponse[] = [];
    onList = (request, response) => {
      if (request.query.get('continue') === null)
        sendJson(response, listed([pod('a', 1)], { continue: 'p2' }));
      else page2.push(response);
    };
    const beganAt = clock.date().getTime();
    start();
    await until('page 2', () => page2.length === 1);
    expect(reflector.state.synced).toBe(false);
    expect(store.size).toBe(0);
    clock.freeze(5000);
    sendJson(page2[0]!, listed([pod('b', 2)]));
    await watch(1);
    expect(reflector.state).toMatchObject({ synced: true, lastListAt: beganAt });
    expect(store.size).toBe(2);
  });

  it('goes on at the last bookmark when the server ends the watch in order', async () => {
    start();
    const open = await watch(1);
    open.write(event('BOOKMARK', { metadata: { name: '', uid: '', resourceVersion: '250' } }));
    open.end();
    await watch(2);
    expect(watches[1]!.request.query.get('resourceVersion')).toBe('250');
    expect(lists()).toHaveLength(1);
    expect(store.size).toBe(0);
    expect(told).toEqual(['list pods 0']);
  });

  it('backs off when watches end at once, again and again', async () => {
    onWatch = (request, response) => {
      watches.push({ request, response });
      response.writeHead(200).end();
    };
    start();
    await waitOut(1);
    await untilFailure(2);
    expect(told.slice(1)).toEqual(['failure WatchClosed 1000', 'recovery', 'failure WatchClosed 2000']);
  });

  it.each([
    ['an ERROR event', () => void watches[0]!.response.write(event('ERROR', gone))],
    [
      'HTTP',
      () => {
        onWatch = (request, response) => {
          onWatch = (again, open) => {
            open.writeHead(200).flushHeaders();
            watches.push({ request: again, response: open });
          };
          watches.push({ request, response });
          sendStatus(response, 410, 'Expired', 'too old');
        };
        watches[0]!.response.write(event('ADDED', pod('x', 101)));
        watches[0]!.response.end();
      },
    ],
  ])('lists again at once when its version has expired, told by %s', async (_, expire) => {
    objects = [pod('a', 1), pod('b', 2)];
    start();
    await watch(1);
    objects = [pod('b', 2), pod('new', 3)];
    expire();
    await until('second list', () => lists().length === 2);
    await until('new content', () => store.get('ml/new') !== undefined && store.get('ml/a') === undefined);
    expect(names()).toEqual(['b@2', 'new@3']);
    expect(told.filter((text) => text.startsWith('failure'))).toEqual([]);
  });

  it('lists again at once when its version expired while the server was away', async () => {
    start();
    const open = await watch(1);
    onWatch = (_, response) => response.socket?.destroy();
    open.socket?.destroy();
    for (let failure = 1; failure <= 4; failure += 1) await waitOut(failure);
    await untilFailure(5);
    onWatch = (_, response) => {
      onWatch = (request, again) => {
        again.writeHead(200).flushHeaders();
        watches.push({ request, response: again });
      };
      sendStatus(response, 410, 'Expired', 'too old');
    };
    await waitOut(5);
    await watch(2);
    await until('recovery', () => reflector.state.failing === undefined);
    expect(told.filter((text) => text.startsWith('failure'))).toHaveLength(5);
  });

  it('backs off when the version expires twice in a row', async () => {
    onWatch = (request, response) => {
      watches.push({ request, response });
      sendStatus(response, 410, 'Expired', 'too old');
    };
    start();
    await until('failure', () => told.includes('failure Expired 2000'));
    expect(lists()).toHaveLength(2);
    await waitOut(1);
    await until('third list', () => lists().length === 3);
  });

  it('begins the list anew when it expires between pages', async () => {
    let attempts = 0;
    onList = (request, response) => {
      if (request.query.get('continue') === null) {
        attempts += 1;
        sendJson(response, listed([pod(`a${attempts}`, 1)], { continue: 'p2' }));
      } else if (attempts === 1)
        sendStatus(response, 410, 'Expired', 'The provided continue parameter is too old');
      else sendJson(response, listed([pod('b', 2)]));
    };
    start();
    await watch(1);
    expect(names()).toEqual(['a2@1', 'b@2']);
  });

  it('takes silence for a dead connection, opens another and misses nothing', async () => {
    start();
    const open = await watch(1);
    open.write(event('ADDED', pod('a', 101)));
    await until('event', () => changes.length === 1);
    await clock.advance(69_000);
    expect(watches).toHaveLength(1);
    await clock.advance(2000);
    await waitOut(1);
    await watch(2);
    expect(told).toContain('failure Silence 1000');
    expect(watches[1]!.request.query.get('resourceVersion')).toBe('101');
    await until('the dead one closed', () => watches[0]!.request.isAborted());
  });

  it('does not take bookmarks for silence', async () => {
    start();
    const open = await watch(1);
    for (let minute = 1; minute <= 5; minute += 1) {
      open.write(
        event('BOOKMARK', { metadata: { name: '', uid: '', resourceVersion: String(200 + minute) } }),
      );
      await until('bookmark', () => reflector.state.lastEventAt === clock.date().getTime());
      await clock.advance(60_000);
    }
    expect(watches).toHaveLength(1);
  });

  it('opens another watch after a reset, from the last event on', async () => {
    start();
    const open = await watch(1);
    open.write(event('ADDED', pod('a', 101)));
    await until('event', () => changes.length === 1);
    server.cut();
    await waitOut(1);
    await watch(2);
    expect(watches[1]!.request.query.get('resourceVersion')).toBe('101');
    await until('recovery', () => reflector.state.failing === undefined);
    expect(told).toEqual(['list pods 0', 'failure ConnectionReset 1000', 'recovery']);
  });

  it.each([
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
  ])('survives %d for as long as it takes, says so, and recovers', async (status, reason) => {
    const answerList = onList;
    onList = (_, response) => sendStatus(response, status, reason, 'not now');
    const failingSince = clock.date().getTime();
    start();
    for (let failure = 1; failure <= 7; failure += 1) await waitOut(failure);
    await untilFailure(8);
    expect(told.slice(0, 3)).toEqual([
      `failure ${reason} 1000`,
      `failure ${reason} 2000`,
      `failure ${reason} 4000`,
    ]);
    expect(told[7]).toBe(`failure ${reason} 30000`);
    expect(reflector.state).toMatchObject({ synced: false, failing: { reason, since: failingSince } });
    onList = answerList;
    await clock.advance(30_000);
    await watch(1);
    await until('recovery', () => reflector.state.failing === undefined);
    expect(reflector.state.synced).toBe(true);
  });

  it('does not let a server that begins to answer again wait for as long as one that was away', async () => {
    onList = (_, response) => response.socket?.destroy();
    start();
    for (let failure = 1; failure <= 6; failure += 1) await waitOut(failure);
    await untilFailure(7);
    onList = (_, response) => sendStatus(response, 429, 'TooManyRequests', 'storage is (re)initializing');
    for (let failure = 7; failure <= 9; failure += 1) await waitOut(failure);
    await untilFailure(10);
    expect(told.slice(6)).toEqual([
      'failure ConnectionReset 30000',
      'failure TooManyRequests 1000',
      'failure TooManyRequests 2000',
      'failure TooManyRequests 4000',
    ]);
  });

  it('waits as long as a 429 asks', async () => {
    onList = (_, response) => sendStatus(response, 429, 'TooManyRequests', 'slow', { 'retry-after': '45' });
    start();
    await until('failure', () => told.includes('failure TooManyRequests 45000'));
    await clock.advance(44_000);
    expect(lists()).toHaveLength(1);
    await clock.advance(2000);
    await until('second try', () => lists().length === 2);
  });

  it('waits five minutes where it is asked to wait for a year', async () => {
    onList = (_, response) =>
      sendStatus(response, 429, 'TooManyRequests', 'no', { 'retry-after': '31536000' });
    start();
    await until('failure', () => told.includes('failure TooManyRequests 300000'));
    await clock.advance(300_000);
    await until('second try', () => lists().length === 2);
  });

  it('lists again when the kind was deleted and has come back', async () => {
    objects = [pod('a', 1)];
    start();
    const open = await watch(1);
    const [answerList, answerWatch] = [onList, onWatch];
    onList = onWatch = (_, response) => void response.writeHead(404).end('404 page not found');
    open.write(event('DELETED', pod('a', 101)));
    open.end();
    await waitOut(1);
    await waitOut(2);
    expect(reflector.state.failing).toMatchObject({ reason: 'NotFound' });
    [onList, onWatch] = [answerList, answerWatch];
    objects = [pod('a', 5, 'second')];
    await clock.advance(30_000);
    await watch(2);
    expect(store.get('ml/a')?.uid).toBe('second');
  });

  it.each([
    ['a line that is no JSON', '{"type":"ADDED","obj\n', 'MalformedEvent'],
    ['an event of an unknown type', event('SURPRISE', pod('x', 7)), 'MalformedEvent'],
    ['an event without metadata', event('ADDED', {}), 'MalformedEvent'],
    [
      'an ERROR event of another code',
      event('ERROR', { kind: 'Status', code: 500, reason: 'InternalError' }),
      'InternalError',
    ],
    ['an ERROR event with nothing', '{"type":"ERROR"}\n', 'Unknown'],
  ])('opens another watch after %s', async (_, line, reason) => {
    start();
    const open = await watch(1);
    open.write(event('ADDED', pod('a', 101)) + line);
    await waitOut(1);
    await watch(2);
    expect(told).toContain(`failure ${reason} 1000`);
    expect(watches[1]!.request.query.get('resourceVersion')).toBe('101');
    expect(lists()).toHaveLength(1);
  });

  it('lists again when its watch breaks at the same place three times', async () => {
    start();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      (await watch(attempt)).write('garbage\n');
      await waitOut(attempt);
    }
    await watch(4);
    expect(lists()).toHaveLength(2);
  });

  it('tells delete and re-create while disconnected as a removal and an addition', async () => {
    objects = [pod('a', 1, 'first'), pod('stays', 2)];
    start();
    const open = await watch(1);
    objects = [pod('a', 9, 'second'), pod('stays', 2)];
    open.write(event('ERROR', gone));
    await watch(2);
    expect(changes).toEqual(['+first', '+uid-stays', '-first', '+second']);
  });

  it('tells another incarnation under the name of a modified object in the same way', async () => {
    objects = [pod('a', 1, 'first')];
    start();
    (await watch(1)).write(event('MODIFIED', pod('a', 101, 'second')));
    await until('both', () => changes.length === 3);
    expect(changes).toEqual(['+first', '-first', '+second']);
  });

  it('removes everything that went while it was disconnected', async () => {
    objects = Array.from({ length: 10_000 }, (_, index) => pod(`p${index}`, 1));
    start();
    const open = await watch(1);
    expect(store.size).toBe(10_000);
    objects = [];
    open.write(event('ERROR', gone));
    await watch(2);
    expect(store.size).toBe(0);
    expect(changes.filter((change) => change.startsWith('-'))).toHaveLength(10_000);
  });

  it('goes on with the others when one object cannot be decoded, for ever', async () => {
    objects = [pod('bad', 1), pod('a', 2)];
    start();
    const open = await watch(1);
    open.write(event('MODIFIED', pod('bad', 101)) + event('ADDED', pod('b', 102)));
    await until('the next event', () => store.get('ml/b') !== undefined);
    expect(told).toEqual(['object ml/bad: cannot decode', 'list pods 2', 'object ml/bad: cannot decode']);
    expect(names()).toEqual(['a@2', 'b@102']);
  });

  it('keeps what it knew of an object that a later list cannot decode', async () => {
    store.upsert({ namespace: 'ml', name: 'bad', uid: 'old', version: '0' });
    objects = [pod('bad', 1)];
    start();
    await watch(1);
    expect(names()).toEqual(['bad@0']);
  });

  it('stops while it waits, lists or watches', async () => {
    onList = (_, response) => sendStatus(response, 503, 'ServiceUnavailable', '');
    start();
    await until('failure', () => told.length === 1);
    stop.abort();
    await running;
    expect(clock.pending).toBe(0);

    for (const phase of ['list', 'watch'] as const) {
      onList = (_, response) => (phase === 'watch' ? sendJson(response, listed([])) : undefined);
      stop = new AbortController();
      const before = server.requests.length;
      start();
      await until(phase, () => server.requests.length > before + (phase === 'watch' ? 1 : 0));
      stop.abort();
      await running;
      await settle();
      expect(clock.pending).toBe(0);
    }
  });
});
