import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../../src/runtime/', import.meta.url);
const files = readdirSync(folder);

describe('the controller machinery', () => {
  it.each(files)('%s knows no pod, log group or identity', (file) => {
    const source = readFileSync(new URL(file, folder), 'utf8');
    expect(source.match(/\bpods?\b|log ?groups?\b|apiName|apiKind|jobID|workload|namespace/gi)).toBeNull();
  });

  it.each(files.filter((file) => !file.includes('metrics')))('%s knows no label', (file) => {
    expect(readFileSync(new URL(file, folder), 'utf8').match(/label/gi)).toBeNull();
  });
});
