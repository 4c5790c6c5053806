/**
 * "Each page returned can contain up to 1 MB of log events or up to 10,000 log events.":
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const maxEventsPerPage = 10_000;
export const maxPageBytes = 1_048_576;
/**
 * Events that one page of FilterLogEvents looks at. AWS has such a bound too and does not say where it is;
 * it is why a page can be empty and still have a token.
 */
export const maxScannedPerPage = 100_000;
