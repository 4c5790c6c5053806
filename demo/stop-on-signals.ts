/** Ctrl-C, at any moment. */
import { constants } from 'node:os';
import type { ProcessGuard } from '../test/control-plane/process-guard.ts';

/**
 * The first signal ends all that runs by the guard, removes its folders, and then ends this process; the second ends
 * this process at once, and the guard's watchdog does the rest. The exit code is 128 and the signal's number, as
 * shells have it. The returned function tells whether that has begun: whatever fails from then on fails for it.
 */
export function stopOnSignals(guard: ProcessGuard, say: (line: string) => void): () => boolean {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      const exit = (): never => process.exit(128 + constants.signals[signal]);
      if (isStopping) exit();
      isStopping = true;
      for (const fault of ['uncaughtException', 'unhandledRejection']) process.on(fault, () => undefined);
      say('stopping everything; once more ends this at once');
      void guard.close().finally(exit);
    });
  return () => isStopping;
}
