/** The text of every file in `crds/`. */
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { pluralOf, workloadKinds } from '../../src/kernel/api-kinds.ts';
import { customResourceDefinition } from './definition.ts';
import { logGroupShape } from './log-group-crd.ts';
import { workloadShape } from './workload-crd.ts';

const head = '# Rendered by `npm run render` from scripts/crds; edit there.\n';

/** File names of `crds/` with their texts. */
export async function renderCrds(): Promise<ReadonlyMap<string, string>> {
  const style = await resolveConfig(import.meta.filename);
  const shapes = [...workloadKinds.map(workloadShape), logGroupShape];
  const files = new Map<string, string>();
  for (const shape of shapes) {
    const yaml = stringify(customResourceDefinition(shape), { lineWidth: 0, aliasDuplicateObjects: false });
    files.set(`${pluralOf[shape.kind]}.yaml`, await format(head + yaml, { ...style, parser: 'yaml' }));
  }
  return files;
}
