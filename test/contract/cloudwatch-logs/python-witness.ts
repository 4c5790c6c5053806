/** What answers as CloudWatch Logs does, seen through boto3, in one Python process for all cases. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureEnvironment, pythonClients, Unavailable } from '../../../scripts/test/python/environment.ts';
import type { Outcome, Witness } from './contract-case.ts';

const program = join(import.meta.dirname, 'python/witness.py');

export interface PythonWitness extends Witness {
  /** Speaks to this endpoint from now on. */
  open(endpoint: string): Promise<unknown>;
  /** Speaks to moto from now on, which then has nothing in it. */
  openMoto(): Promise<unknown>;
  /** The input of an operation, as botocore's service model describes it. */
  model(operation: string): Promise<InputModel>;
  close(): void;
}

export interface InputModel {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, InputModel>>;
  readonly member?: InputModel;
  readonly key?: InputModel;
  readonly value?: InputModel;
}

/** Undefined, and told loudly, where there is no Python or no package index: what needs the witness is skipped then. */
export async function openPythonWitness(): Promise<PythonWitness | undefined> {
  try {
    return startPythonWitness(await ensureEnvironment(pythonClients));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.warn(`SKIPPED: boto3 and moto were not asked, because ${error.message}`);
    return undefined;
  }
}

function startPythonWitness(python: string): PythonWitness {
  const child = spawn(python, [program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, MOTO_ACCOUNT_ID: '000000000000', PYTHONUTF8: '1' },
  });
  const exchange = lineByLine(child);
  return {
    open: (endpoint) => exchange({ open: endpoint }),
    openMoto: () => exchange({ moto: true }),
    model: async (operation) => (await exchange({ model: operation })) as InputModel,
    call: async (operation, input) => (await exchange({ call: operation, with: input })) as Outcome,
    close: () => void child.kill(),
  };
}

/** Each request waits for its answer before the next one is sent. */
function lineByLine(child: ChildProcess): (request: unknown) => Promise<unknown> {
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  let told = '';
  child.stderr!.on('data', (chunk: Buffer) => (told = `${told}${chunk.toString()}`.slice(-4_000)));
  return async (request) => {
    child.stdin!.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`The Python witness has ended: ${told}`);
    const answer = JSON.parse(value) as { readonly failed?: string };
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer;
  };
}
