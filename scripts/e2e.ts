/**
 * `npm run e2e`: Cortex Logging on the real cluster that E2E_KUBECONFIG names; `--help` tells the rest. Without a
 * cluster it is skipped, loudly. The last line is `N passed, N failed, N skipped`.
 */
import { printDiagnosis } from '../test/e2e/diagnosis.ts';
import { openStage } from '../test/e2e/open-stage.ts';
import { removeAll, removeLeftovers } from '../test/e2e/remove-all.ts';
import { runTests } from '../test/e2e/run-tests.ts';
import { sceneEnvironment, type Scene } from '../test/e2e/scene.ts';
import { help, readSettings, type Settings } from '../test/e2e/settings.ts';
import { readArguments } from './read-arguments.ts';
import { closingLine, type Counts } from './test/counts.ts';

const failure: Counts = { passed: 0, failed: 1, skipped: 0 };
const interrupted = new AbortController();
const say = (line: string): void => console.log(`e2e: ${line}`);

async function main(): Promise<Counts> {
  const settings = readSettings(process.env);
  if (settings === undefined) {
    console.log(`e2e: SKIPPED, because E2E_KUBECONFIG is not set.\n\n${help}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return await run(settings);
}

async function run(settings: Settings): Promise<Counts> {
  const stage = await openStage(settings, say);
  try {
    await removeLeftovers(stage.scene, say);
    return await playAndTidyUp(stage.scene);
  } finally {
    await stage.close();
  }
}

async function playAndTidyUp(scene: Scene): Promise<Counts> {
  try {
    const { counts, figures } = await runTests({
      env: sceneEnvironment(scene),
      signal: interrupted.signal,
    });
    if (figures !== '') console.log(`\nFigures of this run:\n${figures}`);
    if (counts.failed > 0 && !interrupted.signal.aborted) await printDiagnosis(scene);
    return counts;
  } finally {
    say('removing everything that this run has made');
    await removeAll(scene);
  }
}

/** The first signal ends the tests, and all is tidied up; the second ends everything. */
function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(1);
      say('interrupted; once more ends it without tidying up');
      interrupted.abort();
    });
}

readArguments({ command: 'npm run e2e', about: help.trimEnd() });
stopOnSignals();
const startedAt = performance.now();
const counts = await main().catch((error: unknown) => {
  console.error(`e2e: ${(error as Error).message}`);
  return failure;
});
if (counts.skipped === 0) say(`took ${Math.round((performance.now() - startedAt) / 1000)} s`);
console.log(closingLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
