/** What a call to CloudWatch Logs can end in, in words that do not depend on the SDK. */

export const awsFailureKinds = [
  /** The credentials are good and the right is missing: `action` on `resource`. */
  'AccessDenied',
  /** There are no credentials, or they are expired or unknown to AWS. */
  'CredentialsExpired',
  'Throttled',
  /** No answer: name resolution, connection, TLS or timeout. */
  'Unreachable',
  /** An answer of the 5xx class. */
  'Unavailable',
  'NotFound',
  'AlreadyExists',
  /** Another operation on the same resource was under way: try again. */
  'Aborted',
  /** AWS refuses the request as it is, and would refuse it again. */
  'Invalid',
  'LimitExceeded',
  'Unknown',
] as const;
export type AwsFailureKind = (typeof awsFailureKinds)[number];

export interface AwsFailureDetails {
  readonly kind: AwsFailureKind;
  /** The IAM action that was to be used, such as `logs:PutRetentionPolicy`. */
  readonly action: string;
  /** The ARN that an IAM statement for the action must name. */
  readonly resource: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** A call to AWS that failed. The message is capped and holds no headers and no bodies. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly kind: AwsFailureKind;
  readonly action: string;
  readonly resource: string;

  constructor({ kind, action, resource, message, cause }: AwsFailureDetails) {
    super(message, { cause });
    this.kind = kind;
    this.action = action;
    this.resource = resource;
  }
}

const transient: readonly AwsFailureKind[] = [
  'CredentialsExpired',
  'Throttled',
  'Unreachable',
  'Unavailable',
  'Aborted',
];

/** Whether the same call can succeed later with nothing changed on our side: retry with backoff. */
export function isTransient(kind: AwsFailureKind): boolean {
  return transient.includes(kind);
}
