/** TagResource, UntagResource, ListTagsForResource, and their forerunners that name the group. */
import { logGroupName, resourceArn, tagKey, tagKeys, tags } from '../common-members.ts';
import { list, required } from '../members.ts';
import { operation } from '../operation.ts';
import { Refusal } from '../refusal.ts';
import type { LogGroup } from '../state/log-group.ts';

const maxTags = 50;
const ofResource = { resourceArn: required(resourceArn) };
const ofGroup = { logGroupName: required(logGroupName) };

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export const tagResource = operation({ ...ofResource, tags: required(tags) }, (input, { account }) =>
  add(account.groupOfArn('resourceArn', input.resourceArn), input.tags, 'TooManyTagsException'),
);

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html
 *
 * Its page knows no error for too many tags but this one.
 */
export const tagLogGroup = operation({ ...ofGroup, tags: required(tags) }, (input, { account }) =>
  add(account.group(input.logGroupName), input.tags, 'InvalidParameterException'),
);

function add(group: LogGroup, added: ReadonlyMap<string, string>, excess: string): undefined {
  const after = new Map([...group.tags, ...added]);
  if (after.size > maxTags)
    throw new Refusal(excess, `A resource can have no more than ${maxTags} tags.`, {
      ...(excess === 'TooManyTagsException' ? { resourceName: group.name } : {}),
    });
  for (const [key, value] of added) group.tags.set(key, value);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export const untagResource = operation({ ...ofResource, tagKeys: required(tagKeys) }, (input, { account }) =>
  remove(account.groupOfArn('resourceArn', input.resourceArn), input.tagKeys),
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html */
export const untagLogGroup = operation(
  { ...ofGroup, tags: required(list(tagKey, { min: 1 })) },
  (input, { account }) => remove(account.group(input.logGroupName), input.tags),
);

function remove(group: LogGroup, keys: readonly string[]): undefined {
  for (const key of keys) group.tags.delete(key);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation(ofResource, (input, { account }) => ({
  tags: Object.fromEntries(account.groupOfArn('resourceArn', input.resourceArn).tags),
}));

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html */
export const listTagsLogGroup = operation(ofGroup, (input, { account }) => ({
  tags: Object.fromEntries(account.group(input.logGroupName).tags),
}));
