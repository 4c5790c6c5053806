/** What the user guide shows of the twin, run as it stands there. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEnvironment, pythonClients, Unavailable } from '../../../scripts/test/python/environment.ts';
import { runCommand } from '../../../scripts/test/python/run-command.ts';
import { startTwin } from '../../../src/twin/start-twin.ts';

jest.setTimeout(120_000);

const root = join(import.meta.dirname, '../../..');
const python = await ensureEnvironment(pythonClients).catch((error: unknown) => {
  if (!(error instanceof Unavailable)) throw error;
  console.warn(`SKIPPED: the user guide's Python was not run, because ${error.message}`);
  return undefined;
});

let folder = '';
const guide = await readFile(join(root, 'docs/user-guide.md'), 'utf8');
const section = guide.slice(guide.indexOf('## A local CloudWatch Logs'));

/** The block of the section in this language. */
function block(language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(section) ?? [];
  if (text === undefined) throw new Error(`The guide shows no ${language} any more.`);
  return text;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cortex-user-guide-'));
  await mkdir(join(folder, 'bin'));
  const shim = async (name: string, command: string) =>
    writeFile(join(folder, 'bin', name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  await shim('cortex-twin', `"${process.execPath}" "${join(root, 'src/twin.ts')}"`);
  if (python) await shim('aws', `"${python}" -m awscli`);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** With the twin on the path, in a folder of its own. */
async function run(command: string, ...args: readonly string[]) {
  const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  const { exitCode, output } = await runCommand('env', [`PATH=${path}`, command, ...args], folder);
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
  return output;
}

const needsPython = python ? it : it.skip;

describe('the guide', () => {
  needsPython('leads the AWS CLI to the twin', async () => {
    const twin = await startTwin();
    const commands = block('sh').replace('http://127.0.0.1:4510', twin.httpEndpoint);
    const output = await run('sh', '-euc', commands);
    expect(output).toContain('"message": "hello"');
    await twin.close();
  });

  needsPython('has a fixture for pytest', async () => {
    await writeFile(join(folder, 'test_guide.py'), block('python'));
    expect(await run(python!, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_guide.py')).toContain(
      '1 passed',
    );
  });

  it('has a fixture for Jest', async () => {
    await writeFile(join(folder, 'guide.test.js'), block('js'));
    const options = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--rootDir', folder];
    expect(await run(process.execPath, ...options, '--coverage=false')).toMatch(/Tests: +1 passed/);
  });
});
