/** Clients that hold connections and ask for nothing: idle ones, and others that send a header ever so slowly. */
import { connect, type TLSSocket } from 'node:tls';
import { serveOrders } from '../processes/serve-orders.ts';

interface Crowd {
  readonly port: number;
  readonly idle: number;
  readonly slow: number;
}

const byteMs = 500;

const open = new Set<TLSSocket>();
let isHeld = false;

/** Comes back as soon as it is cut off. */
function hold(port: number, behave: (socket: TLSSocket) => void): Promise<void> {
  return new Promise((resolve) => {
    const begin = (): void => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        behave(socket);
        resolve();
      });
      open.add(socket);
      socket.on('error', () => undefined).resume();
      socket.once('close', () => {
        open.delete(socket);
        if (isHeld) begin();
      });
    };
    begin();
  });
}

/** Answered once, it may stay for as long as a client between two questions. */
function idle(socket: TLSSocket): void {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
}

function slow(socket: TLSSocket): void {
  socket.write('POST /pods HTTP/1.1\r\nX: ');
  const timer = setInterval(() => socket.write('x'), byteMs);
  socket.once('close', () => clearInterval(timer));
}

serveOrders({
  /** Resolves when all are connected. */
  hold: async ({ port, idle: idlers, slow: slowOnes }: Crowd) => {
    isHeld = true;
    await Promise.all(Array.from({ length: idlers }, () => hold(port, idle)));
    await Promise.all(Array.from({ length: slowOnes }, () => hold(port, slow)));
  },
  /** How many were there. */
  leave: () => {
    isHeld = false;
    const { size } = open;
    for (const socket of open) socket.destroy();
    return size;
  },
});
