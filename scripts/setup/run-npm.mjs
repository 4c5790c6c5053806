/** Runs the npm of the host. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, sep } from 'node:path';

const endWithParent = new URL('end-with-parent.mjs', import.meta.url).href;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end, with all that it says collected. A signal to this process ends the program first and
 * then this process.
 *
 * @returns its exit code (127 when it cannot be started) and its words
 */
export function run(program, args, { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const stop = (signal) => {
      child.kill(signal);
      child.once('close', () => process.exit(128 + constants.signals[signal]));
    };
    for (const signal of signals) process.once(signal, stop);
    const end = (exitCode) => {
      for (const signal of signals) process.off(signal, stop);
      resolve({ exitCode, output });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/**
 * The environment for npm. Programs in our node_modules are out of its reach, since they may vanish while it runs,
 * and so are the settings that an outer `npm run` made for this project alone. npm and all that it starts end when
 * this process is killed.
 */
export function environmentForNpm(root, env = process.env) {
  const inside = `${root}${sep}node_modules${sep}`;
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => !`${folder}${sep}`.startsWith(inside));
  const own =
    /^npm_(package|lifecycle)_|^npm_config_(local_)?prefix$|^npm_(command|execpath|node_execpath)$/i;
  const kept = Object.entries(env).filter(([name]) => !own.test(name));
  const options = [env.NODE_OPTIONS, `--import=${endWithParent}`].filter(Boolean).join(' ');
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), NODE_OPTIONS: options };
}

/** The end of what npm said, without its notes on where the complete log is. */
export function lastWords(output, lines = 12) {
  const told = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/complete log of this run/.test(line));
  return told.slice(-lines).join('\n');
}
