/** A query that AWS, or only the twin, does not accept. */
import { Refusal } from '../refusal.ts';

/** Offsets in characters from the beginning of the query; `end` is the first one after. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_QueryCompileError.html */
export function malformedQuery(message: string, { start, end }: Span): Refusal {
  return new Refusal('MalformedQueryException', message, {
    queryCompileError: { location: { startCharOffset: start, endCharOffset: end }, message },
  });
}

export function queryNotSupported(what: string, span: Span): Refusal {
  return malformedQuery(`${what} is not supported by the twin, though AWS knows it.`, span);
}
