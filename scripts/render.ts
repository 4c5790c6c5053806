/** `npm run render`: writes what is derived from other files. Tests tell when it was forgotten. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveBinaries } from '../test/control-plane/resolve-binaries.ts';
import { readArguments } from './read-arguments.ts';
import { renderChart } from './render-chart.ts';
import { renderCrds } from './crds/render-crds.ts';

readArguments({
  command: 'npm run render',
  about:
    'Writes what is derived from other files: crds/ and deploy/kubectl/. HELM names a helm; default: the one that tests use.',
});
const root = join(import.meta.dirname, '..');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const crds = await renderCrds();
for (const [file, text] of crds) {
  write(join('crds', file), text);
  write(join('deploy/helm/cortex-logging/crds', file), text);
}
const helm = process.env['HELM'] ?? (await resolveBinaries(['helm'])).helm;
for (const [file, text] of renderChart(helm, join(root, 'deploy/helm/cortex-logging'))) {
  write(join('deploy/kubectl', file), text);
}
