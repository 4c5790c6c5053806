/**
 * The control API, for tests in other languages; what `Twin` offers in the same process, over HTTP as JSON:
 *
 * - `GET /twin/health`: `{"status": "ok"}`
 * - `GET /twin/certificate`: the certificate of HTTPS, in PEM, for clients that should trust it
 * - `GET /twin/calls`, `DELETE /twin/calls`: calls by operation; count anew
 * - `GET /twin/faults`, `POST /twin/faults`, `DELETE /twin/faults`: the faults; add one; end all
 * - `GET /twin/live-tails`, `DELETE /twin/live-tails`: `{"count": n}` of open Live Tail sessions; cut them all
 * - `GET /twin/clock`, `POST /twin/clock`: `{"now": ms}`; set by `{"now": ms}` or move by `{"advanceMs": ms}`
 */
import type { IncomingMessage } from 'node:http';
import { integer, readInput } from './members.ts';
import { readFault } from './read-fault.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Service } from './route-operation.ts';
import type { LiveTailSession } from './state/live-tail-session.ts';

interface ControlReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

type Route = (service: Service, request: IncomingMessage) => unknown;

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET /twin/health', () => ({ status: 'ok' })],
  ['GET /twin/certificate', certificate],
  ['GET /twin/calls', ({ calls }) => Object.fromEntries(calls)],
  ['DELETE /twin/calls', ({ calls }) => calls.clear()],
  ['GET /twin/faults', ({ faults }) => faults.list()],
  ['POST /twin/faults', addFault],
  ['DELETE /twin/faults', ({ faults }) => faults.clear()],
  ['GET /twin/live-tails', (service) => ({ count: liveTailsOf(service).length })],
  ['DELETE /twin/live-tails', cutLiveTails],
  ['GET /twin/clock', ({ clock }) => ({ now: clock.now() })],
  ['POST /twin/clock', setClock],
]);

export async function answerControl(service: Service, request: IncomingMessage): Promise<ControlReply> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const route = routes.get(`${request.method ?? ''} ${path}`);
  if (!route)
    throw new Refusal('UnknownOperationException', `The control API has ${[...routes.keys()].join(', ')}.`);
  const result = (await route(service, request)) ?? {};
  return typeof result === 'string'
    ? { status: 200, contentType: 'application/x-pem-file', body: result }
    : { status: 200, contentType: 'application/json', body: JSON.stringify(result) };
}

function certificate({ certificate }: Service): string {
  if (certificate === undefined) throw notFound('This twin serves no HTTPS: it was started without --tls.');
  return certificate;
}

async function addFault({ faults, bodies }: Service, request: IncomingMessage): Promise<unknown> {
  faults.add(readFault(await bodies.read(request)));
  return faults.list();
}

async function setClock({ clock, bodies }: Service, request: IncomingMessage): Promise<unknown> {
  const { now, advanceMs } = readInput({ now: integer(0), advanceMs: integer() }, await bodies.read(request));
  if (now !== undefined) clock.set(now);
  clock.advance(advanceMs ?? 0);
  return { now: clock.now() };
}

export function liveTailsOf({ accounts }: Service): readonly LiveTailSession[] {
  return [...accounts.values()].flatMap(({ liveTails }) => [...liveTails]);
}

export function cutLiveTails(service: Service): void {
  for (const session of liveTailsOf(service)) session.cut();
}
