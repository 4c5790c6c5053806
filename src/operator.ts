/** The operator's program: configuration -> parts -> run until a signal. */
import { hostname } from 'node:os';
import { ConfigError } from './config/config-error.ts';
import {
  readOperatorConfig,
  renderOperatorHelp,
  type OperatorConfig,
} from './config/read-operator-config.ts';
import { messageOf } from './kernel/errors.ts';
import { openConnection, type Connection } from './kube/kube-config.ts';
import { assemble } from './operator/assemble.ts';
import { portOf } from './operator/process-port.ts';
import { Lifecycle } from './runtime/lifecycle.ts';
import { createLogger } from './runtime/logger.ts';
import { Metrics } from './runtime/metrics.ts';
import { registerProcessMetrics } from './runtime/process-metrics.ts';
import { releaseMemory } from './runtime/release-memory.ts';

const usageExitCode = 2;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  process.stdout.write(renderOperatorHelp());
} else {
  const config = readConfig();
  if (config) await run(config);
}

/** Undefined, with the exit code set and all problems told, if it cannot be used. */
function readConfig(): OperatorConfig | undefined {
  try {
    return readOperatorConfig({ argv, env: process.env, hostname: hostname() });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`operator: ${error.message}\n`);
    process.exitCode = usageExitCode;
    return undefined;
  }
}

async function run(config: OperatorConfig): Promise<void> {
  const logger = createLogger({ level: config.logLevel, stream: process.stdout, name: 'operator' });
  const connection = await connect(config);
  if (!connection) return;
  const metrics = new Metrics('cortex_logging_');
  registerProcessMetrics(metrics, process);
  const { clusterName, region, logGroupName, namespace, podName } = config;
  logger.info('starting', {
    clusterName,
    region,
    logGroupName,
    namespace,
    podName,
    server: connection.server.href,
  });
  const components = [...assemble({ config, connection, logger, metrics }), releaseMemory(process)];
  await new Lifecycle({ components, process: portOf(process), logger }).run();
}

async function connect({ kubeconfig, kubeServer }: OperatorConfig): Promise<Connection | undefined> {
  try {
    const connection = await openConnection({ kubeconfig, environment: process.env });
    return kubeServer === undefined ? connection : { ...connection, server: new URL(kubeServer) };
  } catch (error) {
    process.stderr.write(`operator: ${messageOf(error)}\n`);
    process.exitCode = usageExitCode;
    return undefined;
  }
}
