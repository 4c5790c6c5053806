/** As many at once as the operator patches by default, all contestants alike. */
export const patchesInFlight = 16;

/** The two labels of a realtime pod. */
export const labelsOfBench = { apiName: 'predictor-1', apiKind: 'RealtimeAPI' };

export async function runAtOnce<T>(
  items: readonly T[],
  action: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const work = async (): Promise<void> => {
    // One iterator for all workers: each takes the next.
    for (const item of rest) await action(item);
  };
  await Promise.all(Array.from({ length: patchesInFlight }, work));
}
