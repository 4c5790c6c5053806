import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProgram } from '../../../scripts/build/bundle-program.ts';
import type { Bundle } from '../../../scripts/build/bundle-program.ts';
import { runCommand } from '../../control-plane/run-command.ts';

let folder: string;
let bundle: Bundle;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cortex-logging-bundle-'));
  bundle = await bundleProgram('cortex-twin', folder);
}, 30_000);

afterAll(() => rm(folder, { recursive: true }));

describe('the bundle of cortex-twin', () => {
  it('is started by its name, with no package beside it', async () => {
    const PATH = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
    const program = join(folder, 'cortex-twin.js');
    const { exitCode, stdout, stderr } = await runCommand(program, ['--help'], {
      cwd: folder,
      env: { PATH },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^cortex-twin: /);
  });

  it('is one file, with the licenses beside it', () => {
    expect([...bundle.files].sort()).toEqual(['cortex-twin.js', 'cortex-twin/LICENSES.txt']);
  });
});
