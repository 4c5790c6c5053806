/** What the twin answers instead of a result: AWS's own error, by its name on the wire. */

const statusOfType: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignature: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  UnknownOperationException: 404,
  RequestEntityTooLargeException: 413,
  InternalFailure: 500,
  ServiceUnavailableException: 503,
};

/**
 * An error that AWS documents. Its HTTP status is 400 unless the page says otherwise:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The error's name on the wire, such as `ResourceNotFoundException`. */
  readonly type: string;
  /** Further members of the error, such as `queryCompileError`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(type: string, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.type = type;
    this.members = members;
  }

  get status(): number {
    return statusOfType[this.type] ?? 400;
  }
}

export function invalidParameter(message: string): Refusal {
  return new Refusal('InvalidParameterException', message);
}

export function notFound(message: string): Refusal {
  return new Refusal('ResourceNotFoundException', message);
}

/** For what AWS can do and the twin cannot: never silently ignored, so that nobody trusts a wrong answer. */
export function notSupported(what: string, type = 'InvalidParameterException'): Refusal {
  return new Refusal(type, `${what} is not supported by the twin, though AWS knows it.`);
}

/** The page of an operation in AWS's reference. */
export function pageOf(operation: string): string {
  return `https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_${operation}.html`;
}
