/** A saved query: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_QueryDefinition.html */

export interface QueryParameter {
  readonly name: string;
  readonly defaultValue: string | undefined;
  readonly description: string | undefined;
}

export interface QueryDefinition {
  readonly queryDefinitionId: string;
  readonly queryLanguage: 'CWLI' | 'SQL' | 'PPL';
  readonly name: string;
  readonly queryString: string;
  readonly lastModified: number;
  readonly logGroupNames: readonly string[];
  readonly parameters: readonly QueryParameter[];
}
