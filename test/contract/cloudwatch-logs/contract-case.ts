/** What CloudWatch Logs does, as data: cases that any client can run against any witness of the service. */

/** A real client, talking to something that answers as CloudWatch Logs does. */
export interface Witness {
  /**
   * An operation of the API, or one of two that go with StartLiveTail, which answers the first event of a session:
   * `LiveTailUpdate` answers the next update, `StopLiveTail` leaves the session.
   *
   * The output without metadata; a refusal is an outcome, everything else is thrown. */
  call(operation: string, input: Record<string, unknown>): Promise<Outcome>;
}

export type Outcome =
  | { readonly output: Record<string, unknown> }
  | { readonly refused: Record<string, unknown> & { name: string } };

/** What earlier steps saved, and `now`: ms since 1970 when the case began, in whole seconds. */
export type Memory = Readonly<Record<string, unknown>> & { readonly now: number };

type Late<T> = T | ((memory: Memory) => T);

export interface Step {
  readonly call: string;
  readonly with: Late<Record<string, unknown>>;
  /** The whole output. */
  readonly gives?: Late<Record<string, unknown>>;
  /** Part of the output. */
  readonly has?: Late<Record<string, unknown>>;
  /** The error's name, and members that it must have. */
  readonly refusedAs?: string;
  readonly refusal?: Record<string, unknown>;
  /** Keeps a member of the output: name in memory -> name in the output. */
  readonly saves?: Readonly<Record<string, string>>;
  /** The same, for what lies deeper in the output. */
  readonly savesFrom?: Readonly<Record<string, (output: Record<string, unknown>) => unknown>>;
  /** Calls again until it holds. */
  readonly until?: (output: Record<string, unknown>) => boolean;
}

export interface ContractCase {
  /** A sentence. */
  readonly name: string;
  /** The page that says so; `reading` for what no page says and only our reading supports. */
  readonly page: string;
  readonly reading?: true;
  readonly steps: readonly Step[];
}

const reference = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference';
const guide = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs';

export const pageOf = (operation: string) => `${reference}/API_${operation}.html`;
export const guidePage = (name: string) => `${guide}/${name}.html`;
