/** Whatever the SDK throws, told once in the words of kernel/aws-failure.ts. */
import { logGroupArn, parseArn } from '../kernel/aws-arn.ts';
import { AwsFailure, type AwsFailureKind } from '../kernel/aws-failure.ts';

/** The call that failed. */
export interface AwsCall {
  /** The operation's name, such as `PutRetentionPolicy`. */
  readonly operation: string;
  readonly region: string;
  /** Absent for operations that are not about one group. */
  readonly logGroupName?: string;
  /** The account, where an ARN told it. */
  readonly account?: string;
}

const kindOfName: Readonly<Record<string, AwsFailureKind>> = {
  AccessDenied: 'AccessDenied',
  NotAuthorized: 'AccessDenied',
  ExpiredToken: 'CredentialsExpired',
  RequestExpired: 'CredentialsExpired',
  UnrecognizedClient: 'CredentialsExpired',
  InvalidClientTokenId: 'CredentialsExpired',
  InvalidSignature: 'CredentialsExpired',
  SignatureDoesNotMatch: 'CredentialsExpired',
  IncompleteSignature: 'CredentialsExpired',
  MissingAuthenticationToken: 'CredentialsExpired',
  CredentialsProviderError: 'CredentialsExpired',
  TokenProviderError: 'CredentialsExpired',
  Throttling: 'Throttled',
  ThrottledException: 'Throttled',
  TooManyRequests: 'Throttled',
  RequestLimitExceeded: 'Throttled',
  TimeoutError: 'Unreachable',
  AbortError: 'Unreachable',
  RequestTimeout: 'Unreachable',
  ServiceUnavailable: 'Unavailable',
  InternalServer: 'Unavailable',
  InternalFailure: 'Unavailable',
  ResourceNotFound: 'NotFound',
  ResourceAlreadyExists: 'AlreadyExists',
  OperationAborted: 'Aborted',
  Conflict: 'Aborted',
  InvalidParameter: 'Invalid',
  Validation: 'Invalid',
  InvalidOperation: 'Invalid',
  TooManyTags: 'Invalid',
  LimitExceeded: 'LimitExceeded',
  ServiceQuotaExceeded: 'LimitExceeded',
};

const networkCode =
  /\b(ECONN[A-Z]+|socket hang up|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|EPIPE|EPROTO|ERR_TLS\w+|ERR_SSL\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|CERT_\w+)\b/;

/** A token or profile file that cannot be read. */
const fileCode = /^(ENOENT|EACCES)$/;

interface Thrown {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly httpStatusCode: number;
}

/**
 * The failure that `error` is. Reads name, code, message and HTTP status of what was thrown and
 * nothing else, since headers and bodies may hold secrets.
 */
export function toAwsFailure(error: unknown, call: AwsCall): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const thrown = readThrown(error);
  const kind = kindOf(thrown);
  const message = kind === 'Unreachable' ? networkProblem(thrown) : capped(thrown.message);
  return new AwsFailure({ kind, ...rightOf(kind, thrown.message, call), message });
}

function readThrown(error: unknown): Thrown {
  if (typeof error !== 'object' || error === null)
    return { name: '', code: '', message: String(error), httpStatusCode: 0 };
  const { name, code, message, $metadata } = error as Record<string, unknown> & {
    $metadata?: { httpStatusCode?: unknown };
  };
  return {
    name: asText(name),
    code: asText(code),
    message: asText(message),
    httpStatusCode: typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : 0,
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function kindOf({ name, code, message, httpStatusCode }: Thrown): AwsFailureKind {
  const known = kindOfName[name] ?? kindOfName[name.replace(/(Exception|Error)$/, '')];
  if (known) return known;
  if (fileCode.test(code)) return 'CredentialsExpired';
  if (networkCode.test(code || message)) return 'Unreachable';
  if (httpStatusCode === 429) return 'Throttled';
  if (httpStatusCode === 403) return 'AccessDenied';
  return httpStatusCode >= 500 ? 'Unavailable' : 'Unknown';
}

/**
 * The code alone: a text with addresses in it would be another one on every try. Where the SDK has
 * wrapped what was thrown, only the text is left to find it in.
 */
function networkProblem({ name, code, message }: Thrown): string {
  return networkCode.exec(code || message)?.[0] ?? name;
}

/**
 * The right that the call needs. A denial names it itself, and may name another one than the call's:
 * CreateLogGroup with tags fails for want of `logs:TagResource`.
 */
function rightOf(kind: AwsFailureKind, message: string, call: AwsCall): { action: string; resource: string } {
  const denied =
    kind === 'AccessDenied'
      ? /perform: ([a-z0-9-]+:\w+)(?: on (?:the )?resource: (arn:\S+))?/.exec(message)
      : null;
  const action = denied?.[1] ?? `logs:${call.operation}`;
  const arn = denied?.[2];
  if (!action.startsWith('logs:')) return { action, resource: arn ?? '*' };
  const account = (arn === undefined ? '' : parseArn(arn).account) || (call.account ?? '*');
  return { action, resource: statementResource(action, { ...call, account }) };
}

/**
 * Actions that AWS authorizes for no resource, so that a statement must name `*`:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
const withoutResource =
  /:(DescribeLogGroups|\w+IndexPolic(y|ies)|\w+QueryDefinitions?|DescribeAccountPolicies)$/;

/**
 * The ARN for an IAM statement: tagging wants it without `:*`, the others with it, see
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
function statementResource(action: string, call: AwsCall & { readonly account: string }): string {
  if (withoutResource.test(action)) return '*';
  const arn = logGroupArn({ ...call, logGroupName: call.logGroupName ?? '*' });
  const isTagging = /:(TagResource|UntagResource|ListTagsForResource)$/.test(action);
  return isTagging || call.logGroupName === undefined ? arn : `${arn}:*`;
}

const maxMessageLength = 300;

function capped(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length <= maxMessageLength ? line : `${line.slice(0, maxMessageLength - 1)}…`;
}
