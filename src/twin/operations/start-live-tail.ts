/** StartLiveTail. */
import { logGroupIdentifier, logStreamName } from '../common-members.ts';
import { compilePattern } from '../filter-pattern/compile-pattern.ts';
import { type InputOf, list, required, text } from '../members.ts';
import { operation } from '../operation.ts';
import { invalidParameter, Refusal } from '../refusal.ts';
import { LiveTailSession } from '../state/live-tail-session.ts';
import { refuseOtherClasses } from './refuse-other-classes.ts';

const members = {
  logGroupIdentifiers: required(list(logGroupIdentifier, { min: 1, max: 10 })),
  logStreamNames: list(logStreamName, { min: 1, max: 100 }),
  logStreamNamePrefixes: list(logStreamName, { min: 1, max: 100 }),
  logEventFilterPattern: text({ max: 1_024 }),
};

/** "15 concurrent Live Tail sessions": https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const maxSessions = 15;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
export const startLiveTail = operation(members, (input, { account, now }) => {
  refuseCombinations(input);
  const groups = input.logGroupIdentifiers.map((arn) => account.groupOfArn('logGroupIdentifiers', arn));
  for (const group of groups) refuseOtherClasses(group, 'StartLiveTail');
  const isWanted = compilePattern(input.logEventFilterPattern ?? '');
  if (account.liveTails.size >= maxSessions)
    throw new Refusal(
      'LimitExceededException',
      `An account can have up to ${maxSessions} Live Tail sessions at a time.`,
    );
  return new LiveTailSession(account, { ...input, groups: [...new Set(groups)], isWanted }, now);
});

function refuseCombinations({
  logGroupIdentifiers,
  logStreamNames,
  logStreamNamePrefixes,
}: InputOf<typeof members>): void {
  if (logStreamNames && logStreamNamePrefixes)
    throw invalidParameter('logStreamNames and logStreamNamePrefixes cannot both be given.');
  if (logGroupIdentifiers.length > 1 && (logStreamNames ?? logStreamNamePrefixes))
    throw invalidParameter(
      'logStreamNames and logStreamNamePrefixes can be given only with one log group in logGroupIdentifiers.',
    );
}
