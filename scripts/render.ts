/** `npm run render`: writes what is derived from other files. The tests tell when it was forgotten. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCrds } from './crds/render-crds.ts';

const root = join(import.meta.dirname, '..');

for (const folder of ['crds', 'deploy/helm/cortex-logging/files/crds']) {
  mkdirSync(join(root, folder), { recursive: true });
  for (const [file, text] of await renderCrds()) writeFileSync(join(root, folder, file), text);
}
