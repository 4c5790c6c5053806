/** A logger for tests that do not read the log. */
import type { Logger } from '../../src/runtime/logger.ts';

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
