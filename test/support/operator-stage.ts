/** A control plane of a test file's own, with an operator whose settings the tests choose and change. */
import { startControlPlane, type ControlPlane } from '../control-plane/start-control-plane.ts';
import { installChart, startOperator, type RunningOperator } from './install-operator.ts';
import { newTeam, type Team } from './team.ts';

export interface OperatorStage {
  readonly controlPlane: ControlPlane;
  /** The operator that runs now. */
  operator(): RunningOperator;
  /** Ends the operator that runs, if one does, and starts one with these flags; resolves when it is ready. */
  restart(flags?: readonly string[]): Promise<void>;
  newTeam(prefix?: string): Promise<Team>;
  /** The value of a metric by its name and labels as they stand on its line; 0 if there is no such line. */
  metric(line: string): Promise<number>;
  close(): Promise<void>;
}

/** Nothing listens there: what CloudWatch holds is not what these tests are about. */
const nowhere = 'http://127.0.0.1:9';

/** Without `flags` no operator runs yet. */
export async function openOperatorStage(flags?: readonly string[]): Promise<OperatorStage> {
  const controlPlane = await startControlPlane({ nodes: 2 });
  await installChart(controlPlane, {
    clusterName: 'label-cluster',
    region: 'eu-west-1',
    values: ['replicas=1'],
  });
  let running: RunningOperator | undefined;
  const operator = (): RunningOperator => {
    if (!running) throw new Error('No operator has been started.');
    return running;
  };
  const stage: OperatorStage = {
    controlPlane,
    operator,
    restart: async (wanted = []) => {
      await running?.stop();
      const parts = { guard: controlPlane.guard, awsEndpointUrl: nowhere, flags: wanted };
      running = await startOperator(controlPlane, parts);
      await running.ready();
    },
    newTeam: (prefix) => newTeam(controlPlane, prefix),
    metric: async (line) => {
      const { body } = await operator().health('/metrics');
      const found = body.split('\n').find((one) => one.startsWith(`${line} `));
      return found === undefined ? 0 : Number(found.slice(line.length + 1));
    },
    close: () => controlPlane.stop(),
  };
  if (flags) await stage.restart(flags);
  return stage;
}
