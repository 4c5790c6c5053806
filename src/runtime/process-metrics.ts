/** Metrics of the process itself: few, and read only when scraped. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricRegistry } from './metrics.ts';

/** Port: the parts of `process` that are read. */
export interface ProcessUsage {
  memoryUsage(): { readonly rss: number; readonly heapUsed: number };
  cpuUsage(): { readonly user: number; readonly system: number };
}

/** Registers resident memory, heap, CPU time and the 99th percentile of event loop lag since the last scrape. */
export function registerProcessMetrics(metrics: MetricRegistry, usage: ProcessUsage): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge({ name, help }).readFrom({}, read);
  gauge('process_resident_memory_bytes', 'Resident memory.', () => usage.memoryUsage().rss);
  gauge('process_heap_used_bytes', 'Heap in use.', () => usage.memoryUsage().heapUsed);
  gauge('process_cpu_seconds', 'User and system CPU time so far.', () => {
    const { user, system } = usage.cpuUsage();
    return (user + system) / 1e6;
  });
  // Samples by a timer of its own, every 20 ms, in native code.
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  gauge('event_loop_lag_p99_seconds', 'How late timers fired, 99th percentile since the last scrape.', () => {
    const p99 = lag.percentile(99);
    lag.reset();
    return Math.max(0, p99 / 1e9 - 0.02);
  });
}
