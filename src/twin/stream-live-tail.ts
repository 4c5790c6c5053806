/** A Live Tail session -> the event stream of its client, until one of them ends. */
import type { ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { TwinClock } from './clock.ts';
import { encodeEvent, encodeException } from './encode-event-stream.ts';
import type { LiveTailSession, LiveTailUpdate } from './state/live-tail-session.ts';

/** "buffers up to 10 LiveTailSessionUpdate events or 5000 log events, after which it starts dropping the oldest events" */
const maxBuffered = 10;
/** How long a client that reads nothing is waited for at the end, in ms. */
const farewellMs = 10_000;

export function streamLiveTail(
  session: LiveTailSession,
  response: ServerResponse,
  { clock, liveTailPeriodMs }: { readonly clock: TwinClock; readonly liveTailPeriodMs: number },
): void {
  if (response.socket?.destroyed !== false) {
    session.close();
    return;
  }
  const waiting: LiveTailUpdate[] = [];
  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-RequestId': randomUUID(),
  });
  response.write(encodeEvent('initial-response', {}));
  response.write(encodeEvent('sessionStart', session.start()));
  const timer = setInterval(tick, liveTailPeriodMs);
  const cut = (): void => void response.destroy();
  session.onCut = cut;
  response.on('drain', flush);
  response.once('close', () => {
    clearInterval(timer);
    session.close();
  });

  function tick(): void {
    if (session.hasTimedOut(clock.now())) {
      endInTime();
      return;
    }
    waiting.push(session.takeUpdate(clock.now()));
    if (waiting.length > maxBuffered) waiting.shift();
    flush();
  }

  function flush(): void {
    while (!response.writableNeedDrain && !response.writableEnded) {
      const update = waiting.shift();
      if (!update) return;
      response.write(encodeEvent('sessionUpdate', update));
    }
  }

  function endInTime(): void {
    clearInterval(timer);
    response.end(
      encodeException('SessionTimeoutException', 'The Live Tail session has been open for three hours.'),
    );
    setTimeout(cut, farewellMs).unref();
  }
}
