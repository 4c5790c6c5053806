/** TagResource, UntagResource, ListTagsForResource. */
import { resourceArn, tagKeys, tags } from '../common-members.ts';
import { required } from '../members.ts';
import { operation } from '../operation.ts';
import { Refusal } from '../refusal.ts';

const maxTags = 50;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export const tagResource = operation(
  { resourceArn: required(resourceArn), tags: required(tags) },
  (input, { account }) => {
    const group = account.groupOfArn('resourceArn', input.resourceArn);
    const after = new Map([...group.tags, ...input.tags]);
    if (after.size > maxTags)
      throw new Refusal('TooManyTagsException', `A resource can have no more than ${maxTags} tags.`, {
        resourceName: group.name,
      });
    for (const [key, value] of input.tags) group.tags.set(key, value);
    return undefined;
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export const untagResource = operation(
  { resourceArn: required(resourceArn), tagKeys: required(tagKeys) },
  (input, { account }) => {
    const group = account.groupOfArn('resourceArn', input.resourceArn);
    for (const key of input.tagKeys) group.tags.delete(key);
    return undefined;
  },
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation(
  { resourceArn: required(resourceArn) },
  (input, { account }) => ({
    tags: Object.fromEntries(account.groupOfArn('resourceArn', input.resourceArn).tags),
  }),
);
