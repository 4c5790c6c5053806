import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../../control-plane/wait-for.ts';
import { isAlive, locked, lockText, makeClone } from './clone-with-fake-npm.ts';
import type { Clone } from './clone-with-fake-npm.ts';

// Each test starts several programs, which takes long on a busy machine.
jest.setTimeout(60_000);

const installed = ['ci --no-progress'];
let clone: Clone;

beforeEach(async () => {
  clone = await makeClone();
});

afterEach(() => clone.remove());

describe('setup', () => {
  it('installs what the lock file says, then has nothing to do', async () => {
    const first = await clone.setUp();
    expect(first).toMatchObject({ exitCode: 0, stdout: '' });
    expect(first.stderr).toContain(
      'installing 2 packages (npm ci), about a minute: node_modules is not there',
    );
    expect(await clone.setUp()).toMatchObject({ exitCode: 0 });
    expect(await clone.npmCalls()).toEqual(installed);
  });

  it('takes what a person has installed by npm', async () => {
    await clone.setUp();
    await clone.write('package-lock.json', lockText(locked) + '\n');
    await clone.setUp();
    expect(await clone.npmCalls()).toEqual(installed);
  });

  const one = locked['node_modules/one']!;
  const changes: readonly (readonly [name: string, entry: Record<string, object>, reason: string])[] = [
    ['a new version', { 'node_modules/one': { ...one, version: '1.0.1' } }, 'one is not what'],
    ['another content', { 'node_modules/one': { ...one, integrity: 'sha512-x' } }, 'one is not what'],
    ['a new package', { 'node_modules/two': { ...one } }, 'two is missing'],
  ];
  it.each(changes)('installs again after %s in the lock file', async (_name, entry, reason) => {
    await clone.setUp();
    await clone.write('package-lock.json', lockText({ ...locked, ...(entry as typeof locked) }));
    expect((await clone.setUp()).stderr).toContain(`node_modules/${reason}`);
    expect(await clone.npmCalls()).toEqual([...installed, ...installed]);
  });

  it('installs again what was installed on another kind of machine', async () => {
    await clone.setUp();
    await clone.write('node_modules/.package-lock.json', lockText(locked));
    expect((await clone.setUp()).stderr).toContain(
      'node_modules/elsewhere is made for another kind of machine',
    );
  });

  it('installs again after an installation that was cut off', async () => {
    await clone.write('node_modules/one/package.json', '{}');
    expect((await clone.setUp()).exitCode).toBe(0);
    expect(await clone.npmCalls()).toEqual(installed);
  });

  it('installs Node when npm left its install script out', async () => {
    const { exitCode, stderr } = await clone.setUp([], { env: { FAKE_NPM: 'without-scripts' } });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('installing Node 24.0.0, about half a minute: npm left its install script out');
    expect(stderr).toContain(`ready: Node ${process.versions.node}`);
  });

  it('tells what npm said when it fails, and what to look at', async () => {
    const { exitCode, stderr } = await clone.setUp([], { env: { FAKE_NPM: 'fail' } });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('npm ci ended with code 1');
    expect(stderr).toContain('npm error code ENOTFOUND');
    expect(stderr).not.toContain('    at ');
  });

  it('says in one sentence that there is no npm', async () => {
    const { exitCode, stderr } = await clone.setUp([], { env: { PATH: '/nowhere' } });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^setup: npm is not on the PATH .* install Node >= 20 with npm from \S+\.$/m);
  });

  it('says in one sentence that Node is too old', async () => {
    const pretend = `Object.defineProperty(process.versions,'node',{value:'18.20.8'})`;
    const { exitCode, stderr } = await clone.setUp([], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${pretend}` },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^Cortex Logging needs Node >= 20 with npm, and this is Node 18\.20\.8: [^\n]*\.\n$/,
    );
    expect(await clone.npmCalls()).toEqual([]);
  });

  it('installs once when it is started twice', async () => {
    const first = clone.start([], { env: { FAKE_NPM: 'slow' } });
    await waitFor(async () => (await clone.npmCalls()).length === 1, { describe: 'npm to be at work' });
    const second = clone.start([]);
    let words = '';
    second.child.stderr!.on('data', (text: string) => (words += text));
    await waitFor(() => words.includes('waiting for process'), { describe: 'the second to wait' });
    await clone.write('go', '');
    expect((await first.ended).exitCode).toBe(0);
    expect((await second.ended).exitCode).toBe(0);
    expect(await clone.npmCalls()).toEqual(installed);
  });

  it('ends with npm on Ctrl-C, as shells have it', async () => {
    const { child, ended } = clone.start([], { env: { FAKE_NPM: 'slow' } });
    await waitFor(async () => (await clone.npmCalls()).length > 0, { describe: 'npm to run' });
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(130);
    expect(isAlive(Number(await clone.read('npm-pid')))).toBe(false);
  });

  it('takes over from one that was killed, whose npm ends too', async () => {
    const first = clone.start([], { env: { FAKE_NPM: 'slow' } });
    await waitFor(async () => (await clone.npmCalls()).length === 1, { describe: 'npm to be at work' });
    first.child.kill('SIGKILL');
    await first.ended;
    const npm = Number(await clone.read('npm-pid'));
    await waitFor(() => !isAlive(npm), { describe: 'npm to end' });
    const { exitCode, stderr } = await clone.setUp();
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('waiting');
  });
});

describe('setup --then', () => {
  it('runs the program under Node 24 with its arguments, and ends with its exit code', async () => {
    await clone.write(
      'say.ts',
      'const words: string[] = process.argv.slice(2);\nconsole.log(words, import.meta.main);\nprocess.exitCode = 7;',
    );
    const { exitCode, stdout } = await clone.setUp(['--then', 'say.ts', '--exit', 'a b']);
    expect(stdout).toBe("[ '--exit', 'a b' ] true\n");
    expect(exitCode).toBe(7);
  });

  it('does not run it when the set-up failed', async () => {
    await clone.write('say.ts', 'console.log("ran");');
    const { exitCode, stdout } = await clone.setUp(['--then', 'say.ts'], { env: { FAKE_NPM: 'fail' } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });

  it('refuses other arguments', async () => {
    const { exitCode, stderr } = await clone.setUp(['--than', 'say.ts']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('setup does not know --than say.ts');
  });

  /** Or until the test is over. */
  const untilSignal = `
    import { existsSync } from 'node:fs';
    for (const signal of ['SIGINT', 'SIGTERM'])
      process.on(signal, () => { console.log(signal); setTimeout(() => process.exit(3), 100); });
    setInterval(() => { if (!existsSync('wait.ts')) process.exit(1); }, 100);
    console.log('ready', process.pid);`;

  async function startProgram() {
    await clone.write('wait.ts', untilSignal);
    const { child, ended } = clone.start(['--then', 'wait.ts']);
    let words = '';
    child.stdout!.on('data', (text: string) => (words += text));
    await waitFor(() => words.includes('ready'), { describe: 'the program to run' });
    return { child, ended, pid: Number(/ready (\d+)/.exec(words)?.[1]) };
  }

  it('hands on a signal, once however often it comes at a time', async () => {
    const { child, ended } = await startProgram();
    // As npm does it beside the terminal.
    child.stdout!.once('data', () => child.kill('SIGINT'));
    child.kill('SIGINT');
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(3);
    expect(stdout.match(/SIGINT/g)).toHaveLength(1);
  });

  it('leaves no program behind when it is killed', async () => {
    const { child, ended, pid } = await startProgram();
    child.kill('SIGKILL');
    const { stdout } = await ended;
    expect(stdout).toContain('SIGTERM');
    await waitFor(() => !isAlive(pid), { describe: 'the program to be gone' });
  });
});
