/** Members that many operations share, with the constraints of AWS's reference. */
import { list, map, text } from './members.ts';

export const logGroupName = text({ min: 1, max: 512, pattern: String.raw`[\.\-_/#A-Za-z0-9]+` });
export const logGroupIdentifier = text({ min: 1, max: 2048, pattern: String.raw`[\w#+=/:,.@-]*` });
export const logStreamName = text({ min: 1, max: 512, pattern: '[^:*]*' });
export const resourceArn = text({ min: 1, max: 1011, pattern: String.raw`[\w#+=/:,.@-]*` });
export const kmsKeyId = text({ max: 256 });
export const nextToken = text({ min: 1 });

export const tagKeyPattern = String.raw`([\p{L}\p{Z}\p{N}_.:/=+\-@]+)`;
export const tagValueLetters = String.raw`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`;
export const tagKey = text({ min: 1, max: 128, pattern: tagKeyPattern });
const tagValue = text({ max: 256, pattern: tagValueLetters });
export const tags = map(tagKey, tagValue, { min: 1, max: 50 });
export const tagKeys = list(tagKey, { min: 0, max: 50 });

export const logGroupClasses = ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'] as const;
export type LogGroupClass = (typeof logGroupClasses)[number];
