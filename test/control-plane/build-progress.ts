/** What people read while binaries are made. */
import type { BinarySpec } from './binary-catalog.ts';

/** How often a long build says that it is still at it. */
const reminderMs = 30_000;

/**
 * `building 3 of 5 kube-scheduler, about 6 min left in all`: the time left is that of a first build on two cores,
 * spread over the cores that there are; with Go's cache warm it is far shorter.
 */
export function describeBuild(
  specs: readonly BinarySpec[],
  index: number,
  { elapsedMs, cpus }: { readonly elapsedMs: number; readonly cpus: number },
): string {
  const ahead = specs.slice(index).reduce((sum, { coldBuildSeconds }) => sum + coldBuildSeconds, 0);
  const secondsLeft = Math.max((ahead * 2) / Math.max(cpus, 1) - elapsedMs / 1000, 1);
  const name = specs[index]?.name ?? '';
  return `building ${index + 1} of ${specs.length} ${name}, about ${minutes(secondsLeft)} left in all`;
}

function minutes(seconds: number): string {
  return seconds < 60 ? '1 min' : `${Math.ceil(seconds / 60)} min`;
}

/** Says `describe` now and again every half minute until `work` is done. */
export async function withReminders<T>(
  report: (line: string) => void,
  describe: (elapsedMs: number) => string,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = Date.now();
  report(describe(0));
  const timer = setInterval(() => report(describe(Date.now() - startedAt)), reminderMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
