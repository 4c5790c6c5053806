/** A process of its own for one part of a benchmark, so that its CPU time and memory are counted apart. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Answer } from './serve-orders.ts';

export interface Worker {
  /** Resolves with what the worker's order answers. */
  ask<T = void>(name: string, input?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** `file` is relative to bench/ and serves orders. It ends with this process, however that ends. */
export function startWorker(file: string, nodeArguments: readonly string[] = []): Worker {
  const child = fork(join(import.meta.dirname, '..', file), { execArgv: [...nodeArguments] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', (answer: Answer) => settle(waiting, answer));
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with code ${code}`));
  });
  let id = 0;
  return {
    ask<T>(name: string, input?: unknown) {
      id += 1;
      const asked = Promise.withResolvers<unknown>();
      waiting.set(id, asked);
      child.send({ id, name, input });
      return asked.promise as Promise<T>;
    },
    stop: () => stop(child, exited),
  };
}

function settle(waiting: Map<number, PromiseWithResolvers<unknown>>, answer: Answer): void {
  const asked = waiting.get(answer.id);
  waiting.delete(answer.id);
  if ('problem' in answer) asked?.reject(new Error(answer.problem));
  else asked?.resolve(answer.output);
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  await exited;
}
