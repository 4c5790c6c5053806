import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../../../src/runtime/metrics.ts';
import { registerProcessMetrics } from '../../../src/runtime/process-metrics.ts';

const samplesOf = async (metrics: Metrics) =>
  (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('Metrics', () => {
  it('puts its prefix before every name and renders help and type', async () => {
    const metrics = new Metrics('cortex_');
    metrics.counter({ name: 'things_total', help: 'Things so far.' }).inc({});
    expect(await metrics.render()).toContain(
      '# HELP cortex_things_total Things so far.\n# TYPE cortex_things_total counter\ncortex_things_total 1\n',
    );
  });

  it('counts by label values', async () => {
    const metrics = new Metrics();
    const counter = metrics.counter({ name: 'things_total', help: 'Things.', labels: ['result'] });
    counter.inc({ result: 'success' });
    counter.inc({ result: 'error' }, 4);
    counter.inc({ result: 'error' });
    expect(await samplesOf(metrics)).toEqual([
      'things_total{result="success"} 1',
      'things_total{result="error"} 5',
    ]);
  });

  it('gives the same metric for the same name, and refuses another kind of it', async () => {
    const metrics = new Metrics();
    for (let i = 0; i < 2; i += 1) metrics.counter({ name: 'things_total', help: 'Things.' }).inc({});
    expect(await samplesOf(metrics)).toEqual(['things_total 2']);
    expect(() => metrics.gauge({ name: 'things_total', help: 'Things.' })).toThrow(
      'the metric things_total is a counter, it cannot be a gauge too',
    );
  });

  it('reads gauges anew at each scrape, the latest reader for the same labels', async () => {
    const metrics = new Metrics();
    const gauge = metrics.gauge({ name: 'depth', help: 'Depth.', labels: ['queue'] });
    let depth = 1;
    gauge.readFrom({ queue: 'a' }, () => -1);
    gauge.readFrom({ queue: 'a' }, () => depth);
    gauge.set({ queue: 'b' }, 7);
    await metrics.render();
    depth = 2;
    expect(await samplesOf(metrics)).toEqual(['depth{queue="a"} 2', 'depth{queue="b"} 7'].toReversed());
    gauge.remove({ queue: 'a' });
    expect(await samplesOf(metrics)).toEqual(['depth{queue="b"} 7']);
  });

  it('sorts observations into the given buckets', async () => {
    const metrics = new Metrics();
    const histogram = metrics.histogram({ name: 'size_bytes', help: 'Sizes.', buckets: [1, 10] });
    for (const size of [0.5, 5, 50]) histogram.observe({}, size);
    expect(await samplesOf(metrics)).toEqual([
      'size_bytes_bucket{le="1"} 1',
      'size_bytes_bucket{le="10"} 2',
      'size_bytes_bucket{le="+Inf"} 3',
      'size_bytes_sum 55.5',
      'size_bytes_count 3',
    ]);
  });
});

describe('process metrics', () => {
  it('tell memory, CPU time and event loop lag when scraped', async () => {
    const metrics = new Metrics();
    registerProcessMetrics(metrics, process);
    const values = new Map((await samplesOf(metrics)).map((line) => line.split(' ') as [string, string]));
    expect(Number(values.get('process_resident_memory_bytes'))).toBeGreaterThan(1e7);
    expect(Number(values.get('process_heap_used_bytes'))).toBeGreaterThan(1e6);
    expect(Number(values.get('process_cpu_seconds'))).toBeGreaterThan(0);
    expect(Number(values.get('event_loop_lag_p99_seconds'))).toBeGreaterThanOrEqual(0);
  });
});
