/** The side of a benchmark's process that is given orders by the benchmark; see start-worker.ts. */

export interface Order {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type Answer = { readonly id: number } & ({ readonly output: unknown } | { readonly problem: string });

type Orders = Readonly<Record<string, (input: never) => unknown>>;

/** Carries out each order by the function of its name; ends with the process that gives them. */
export function serveOrders(orders: Orders): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (order: Order) => {
    void carryOut(orders, order).then((answer) => process.send?.(answer));
  });
}

async function carryOut(orders: Orders, { id, name, input }: Order): Promise<Answer> {
  try {
    return { id, output: await orders[name]?.(input as never) };
  } catch (error) {
    return { id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** CPU time of this process, all its threads included, in microseconds. */
export async function cpuOf(action: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Heap in use after everything that nobody holds has been collected; needs `--expose-gc`. */
export function settledHeapBytes(): number {
  for (let times = 0; times < 4; times += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
