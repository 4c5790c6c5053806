/** Every operation that the twin has, by its name on the wire. */
import type { Operation } from '../operation.ts';
import { deleteAccountPolicy, describeAccountPolicies, putAccountPolicy } from './account-policies.ts';
import {
  deleteDataProtectionPolicy,
  getDataProtectionPolicy,
  putDataProtectionPolicy,
} from './data-protection.ts';
import { putLogGroupDeletionProtection } from './deletion-protection.ts';
import { describeFieldIndexes } from './field-indexes.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import { deleteIndexPolicy, describeIndexPolicies, putIndexPolicy } from './index-policies.ts';
import { associateKmsKey, disassociateKmsKey } from './kms.ts';
import { createLogGroup, deleteLogGroup, describeLogGroups } from './log-groups.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './log-streams.ts';
import { putLogEvents } from './put-log-events.ts';
import { deleteQueryDefinition, describeQueryDefinitions, putQueryDefinition } from './query-definitions.ts';
import { describeQueries, getQueryResults, startQuery, stopQuery } from './queries.ts';
import { deleteRetentionPolicy, putRetentionPolicy } from './retention.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({
    AssociateKmsKey: associateKmsKey,
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DeleteAccountPolicy: deleteAccountPolicy,
    DeleteDataProtectionPolicy: deleteDataProtectionPolicy,
    DeleteIndexPolicy: deleteIndexPolicy,
    DeleteLogGroup: deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteQueryDefinition: deleteQueryDefinition,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeAccountPolicies: describeAccountPolicies,
    DescribeFieldIndexes: describeFieldIndexes,
    DescribeIndexPolicies: describeIndexPolicies,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeQueries: describeQueries,
    DescribeQueryDefinitions: describeQueryDefinitions,
    DisassociateKmsKey: disassociateKmsKey,
    FilterLogEvents: filterLogEvents,
    GetDataProtectionPolicy: getDataProtectionPolicy,
    GetLogEvents: getLogEvents,
    GetQueryResults: getQueryResults,
    ListTagsForResource: listTagsForResource,
    PutAccountPolicy: putAccountPolicy,
    PutDataProtectionPolicy: putDataProtectionPolicy,
    PutIndexPolicy: putIndexPolicy,
    PutLogEvents: putLogEvents,
    PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
    PutQueryDefinition: putQueryDefinition,
    PutRetentionPolicy: putRetentionPolicy,
    StartQuery: startQuery,
    StopQuery: stopQuery,
    TagResource: tagResource,
    UntagResource: untagResource,
  }),
);
