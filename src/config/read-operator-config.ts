/** The operator's settings, read once at start. */
import type { ConfigProblem } from './config-error.ts';
import { operatorOptions } from './operator-options.ts';
import { environmentNames, type Environment, type OptionValues, readOptions } from './read-options.ts';
import { renderHelp } from './render-help.ts';

/** What a start is made from; no file here reads the process. */
export interface ConfigSource {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /** The pod's name where nothing else says it: a pod's host name is its name. */
  readonly hostname: string;
}

/**
 * Every setting under its flag's name in camelCase, in the unit that the name says, defaults filled in.
 * `undefined` remains only where leaving it out means something: `awsEndpointUrl`, `kubeconfig`, `kubeServer`.
 */
export type OperatorConfig = Readonly<
  Omit<OptionValues<typeof operatorOptions>, 'logGroupName' | 'podName'> & {
    logGroupName: string;
    podName: string;
  }
>;

/** Rejects with a ConfigError that names every problem. */
export function readOperatorConfig({ argv, env, hostname }: ConfigSource): OperatorConfig {
  const values = readOptions(operatorOptions, { argv, env }, checkPorts);
  return {
    ...values,
    logGroupName: values.logGroupName ?? values.clusterName,
    podName: values.podName ?? hostname,
    excludedNamespaces: [...new Set([...values.excludedNamespaces, values.namespace])],
  };
}

const allAddresses: readonly (string | undefined)[] = ['0.0.0.0', '::'];

/** The health server and the webhook listen side by side. */
function checkPorts({
  admission,
  healthHost,
  healthPort,
  admissionHost,
  admissionPort,
}: Partial<OptionValues<typeof operatorOptions>>): readonly ConfigProblem[] {
  if (!admission || !healthPort || healthPort !== admissionPort) return [];
  const meet =
    healthHost === admissionHost || allAddresses.includes(healthHost) || allAddresses.includes(admissionHost);
  if (!meet) return [];
  const env = environmentNames(operatorOptions.admissionPort);
  const problem = 'is the --health-port too; choose another, or 0 for a free one';
  return [{ key: '--admission-port', env, given: String(admissionPort), problem }];
}

export function renderOperatorHelp(): string {
  return renderHelp('Usage: operator --cluster-name NAME --region REGION [--flag value]...', operatorOptions);
}
