/**
 * Calls `action` again and again, `intervalMs` from begin to begin, or as soon as it has ended. The returned function
 * ends that and resolves after the last call.
 */
export function repeat(action: () => Promise<void>, intervalMs: number): () => Promise<void> {
  const stopped = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      const startedAt = performance.now();
      await action();
      const left = intervalMs - (performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
    }
  })();
  // Its failure is told to whoever stops it; until then it must not end the process.
  running.catch(() => undefined);
  return () => {
    stopped.abort();
    return running;
  };
}
