/** The process, as the lifecycle needs it. */
import type { ProcessPort } from '../runtime/lifecycle.ts';

export function portOf(process: NodeJS.Process): ProcessPort {
  return {
    onSignal: (listener) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, listener);
    },
    onFault: (listener) => {
      process.on('uncaughtException', (error) => listener('uncaughtException', error));
      process.on('unhandledRejection', (error) => listener('unhandledRejection', error));
    },
    exit: (code) => process.exit(code),
  };
}
