/** What a Service does for TCP: each new connection goes to one of the backends that are ready; open ones stay. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Backend {
  readonly port: number;
  isReady(): Promise<boolean>;
}

export interface Balancer {
  readonly port: number;
  /** The returned function takes it out again: no new connection goes there. */
  add(backend: Backend): () => void;
  /**
   * While `work` lasts, connections stay open or are taken, and nothing passes, as with a replica that hangs. Closing
   * them instead would be another fault: whoever is cut off knows at once.
   */
  whileHanging(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Much faster than a real Service's endpoints follow readiness, so that tests need not wait. */
const probeMs = 100;

export async function startBalancer(): Promise<Balancer> {
  const backends = new Set<{ readonly backend: Backend; ready: boolean }>();
  const open = new Set<Socket>();
  let turn = 0;
  let hangs = false;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (hangs) return;
    const ready = [...backends].filter((one) => one.ready);
    const chosen = ready[(turn += 1) % ready.length];
    if (!chosen) {
      client.destroy();
      return;
    }
    const upstream = connect(chosen.backend.port, '127.0.0.1');
    keep(upstream);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    // What was sent before the end still arrives.
    upstream.on('close', () => client.destroySoon());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const probe = setInterval(() => {
    for (const one of backends)
      void one.backend.isReady().then(
        (ready) => (one.ready = ready),
        () => (one.ready = false),
      );
  }, probeMs);
  return {
    port: (server.address() as AddressInfo).port,
    add: (backend) => {
      const added = { backend, ready: false };
      backends.add(added);
      return () => void backends.delete(added);
    },
    whileHanging: async (work) => {
      hangs = true;
      for (const socket of open) socket.unpipe().pause();
      try {
        await work();
      } finally {
        hangs = false;
        for (const socket of open) socket.destroy();
      }
    },
    close: async () => {
      clearInterval(probe);
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
