import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderChart } from '../../../scripts/render-chart.ts';
import { chartFolder } from '../../support/install-operator.ts';
import { helm } from './chart.ts';

const folder = join(import.meta.dirname, '../../../deploy/kubectl');

describe('deploy/kubectl', () => {
  const rendered = renderChart(helm, chartFolder);

  it('holds what is rendered from the chart, and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...rendered.keys()].sort());
  });

  it.each([...rendered])('holds %s as the chart makes it; else: npm run render', (file, text) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  });

  it('has no trace of Helm, which did not install it', () => {
    const text = rendered.get('cortex-logging.yaml');
    expect(text).not.toMatch(/managed-by: Helm|helm\.sh\//);
  });
});
