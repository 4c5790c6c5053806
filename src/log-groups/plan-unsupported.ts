/** Fields that the schema has and this release does not act on: said, since silence would look like success. */
import type { LogGroupSpec } from './log-group.ts';
import type { Plan, PlanInput } from './plan-log-group.ts';

export function planUnsupported({ desired }: Pick<PlanInput, 'desired'>): Plan {
  const fields = unsupportedFields(desired);
  if (fields.length === 0) return { actions: [], conditions: [] };
  const named = fields.map((field) => `spec.${field}`).join(' and ');
  const message = `This release of the operator does not act on ${named}; see the changelog of later ones. Everything else is as the spec says.`;
  return {
    actions: [],
    conditions: [{ type: 'Unsupported', status: 'True', reason: 'LaterRelease', message }],
  };
}

function unsupportedFields({
  deletionProtectionEnabled,
  fieldIndexes,
  deletionPolicy,
}: LogGroupSpec): readonly string[] {
  return [
    ...(deletionProtectionEnabled === undefined ? [] : ['deletionProtectionEnabled']),
    ...(fieldIndexes === undefined ? [] : ['fieldIndexes']),
    ...(deletionPolicy === 'Delete' ? ['deletionPolicy'] : []),
  ];
}
