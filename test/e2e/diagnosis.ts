/** What a person wants to see of the cluster after a failure, before it is tidied up. */
import { operatorName, systemNamespace, workloadNamespace } from './names.ts';
import type { Scene } from './scene.ts';

const labels = 'apiName,apiKind,jobID';
const commands: readonly (readonly string[])[] = [
  ['--namespace', systemNamespace, 'get', 'pods,leases', '--output', 'wide'],
  ['--namespace', systemNamespace, 'get', 'events', '--field-selector', 'type!=Normal'],
  ['--namespace', systemNamespace, 'logs', `deployment/${operatorName}`, '--all-pods', '--tail', '30'],
  ['--namespace', workloadNamespace, 'get', 'pods', '--label-columns', labels],
  ['get', 'cortex', '--all-namespaces'],
];

export async function printDiagnosis({ runKubectl }: Scene): Promise<void> {
  for (const command of commands) {
    const output = await runKubectl(command).catch((error: unknown) => (error as Error).message);
    console.log(`\n$ kubectl ${command.join(' ')}\n${output.trimEnd()}`);
  }
}
