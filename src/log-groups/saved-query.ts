/**
 * The saved queries of a group: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html
 *
 * One for each kind of API, in the folder `Cortex/<log group>/`. CloudWatch tells saved queries apart by an
 * id that it gives, and takes several of one name; for the operator it is the name that identifies one.
 */
import { apiKinds, runsJobs, type ApiKind } from '../kernel/api-kinds.ts';
import { renderQueryTemplate } from '../kernel/insights-query.ts';
import { shortHash } from '../kernel/short-hash.ts';

export interface QueryParameter {
  readonly name: string;
  readonly description?: string;
  readonly defaultValue?: string;
}

export interface QueryDefinition {
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  readonly parameters: readonly QueryParameter[];
}

/** A saved query as CloudWatch has it. */
export interface SavedQuery extends QueryDefinition {
  readonly queryDefinitionId: string;
}

export function desiredQueries(logGroupName: string, logGroupClass: string): readonly QueryDefinition[] {
  return apiKinds.map((apiKind) => ({
    name: `${queryFolder(logGroupName)}${apiKind}`,
    queryString: renderQueryTemplate(apiKind, logGroupClass),
    logGroupNames: [logGroupName],
    parameters: parametersOf(apiKind),
  }));
}

/** The names of `queries` are theirs alone: two saved queries of one name are one too many. */
export function queriesNamed(name: string, queries: readonly SavedQuery[]): readonly SavedQuery[] {
  return queries
    .filter((query) => query.name === name)
    .toSorted((a, b) => (a.queryDefinitionId < b.queryDefinitionId ? -1 : 1));
}

/** A name has at most 255 characters, a group's alone up to 512. */
const maxFolderLength = 240;

export function queryFolder(logGroupName: string): string {
  const folder = `Cortex/${logGroupName}/`;
  if (folder.length <= maxFolderLength) return folder;
  return `${folder.slice(0, maxFolderLength - 10)}-${shortHash(logGroupName)}/`;
}

function parametersOf(apiKind: ApiKind): readonly QueryParameter[] {
  const apiName = { name: 'apiName', description: `Name of the ${apiKind}, in double quotes` };
  return runsJobs(apiKind)
    ? [apiName, { name: 'jobID', description: 'ID of the job, in double quotes' }]
    : [apiName];
}
