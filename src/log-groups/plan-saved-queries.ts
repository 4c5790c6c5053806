/** Saved queries: made and changed in place, found by their names; of several with one name the first stays. */
import type { LogGroupAction } from './log-group-action.ts';
import type { Plan, PlanInput } from './field-plan.ts';
import { desiredQueries, queriesNamed, type QueryDefinition, type SavedQuery } from './saved-query.ts';

export function planSavedQueries({ desired, observed }: PlanInput): Plan {
  const { savedQueries, logGroupName, logGroupClass } = observed;
  // Not known, or not managed.
  if (savedQueries === undefined || desired.savedQueries === 'Unmanaged')
    return { actions: [], conditions: [] };
  const wanted = desiredQueries(logGroupName, logGroupClass);
  return { actions: wanted.flatMap((definition) => change(definition, savedQueries)), conditions: [] };
}

function change(definition: QueryDefinition, savedQueries: readonly SavedQuery[]): readonly LogGroupAction[] {
  const [kept, ...surplus] = queriesNamed(definition.name, savedQueries);
  const deletions = surplus.map(
    ({ name, queryDefinitionId }) => ({ kind: 'deleteQueryDefinition', name, queryDefinitionId }) as const,
  );
  if (!kept) return [{ kind: 'putQueryDefinition', definition }];
  const { queryDefinitionId } = kept;
  return essence(kept) === essence(definition)
    ? deletions
    : [{ kind: 'putQueryDefinition', definition, queryDefinitionId }, ...deletions];
}

/** All that counts; CloudWatch leaves out what is empty. */
function essence({ queryString, logGroupNames, parameters }: QueryDefinition): string {
  const values = parameters.map(({ name, description = '', defaultValue = '' }) => [
    name,
    description,
    defaultValue,
  ]);
  return JSON.stringify([queryString, logGroupNames, values]);
}
